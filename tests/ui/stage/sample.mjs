/**
 * The sample desk on a server's disk: loaded once by `run.mjs` or by whoever needs it first in a
 * process, then copied, so that each journey begins with the same tickets and shares none.
 */
import { execFile } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { bin, folder } from "./places.mjs";

/** Names the folder that was loaded already. */
export const LOADED = "HOLDFAST_UI_SAMPLE";
/** The people and what opens their desks, in the loaded folder. */
const SECRETS = "secrets.json";

let loading;

/** Loads the sample once; the folder with the server's data and the people's secrets. */
export function loaded() {
  loading ??= process.env[LOADED] ? Promise.resolve(process.env[LOADED]) : load();
  return loading;
}

async function load() {
  const sample = folder("sample");
  process.on("exit", () => rmSync(sample, { recursive: true, force: true }));
  const args = ["--data-dir", join(sample, "data"), "sample", "load"];
  const server = join(bin, "holdfast-server");
  await promisify(execFile)(server, [...args, "--passphrases", join(sample, SECRETS)]);
  return sample;
}

/** Copies the server's data; the people with what opens their desks, and the file of it. */
export async function copyTo(data) {
  const sample = await loaded();
  cpSync(join(sample, "data"), data, { recursive: true });
  const secrets = join(sample, SECRETS);
  return { secrets, people: JSON.parse(readFileSync(secrets, "utf8")) };
}
