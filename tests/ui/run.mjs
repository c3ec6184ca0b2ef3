/**
 * The browser tests: loads the sample desk once and walks every journey, one after the other.
 *
 * `node tests/ui/run.mjs [part of a file's name …]` walks only those files. HOLDFAST_BIN_DIR says
 * where the programs are. Node's own runner prints the closing lines.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { failures } from "./stage/places.mjs";
import { LOADED, loaded } from "./stage/sample.mjs";

const journeys = fileURLToPath(new URL("journeys/", import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(journeys)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .map((name) => journeys + name);

rmSync(failures, { recursive: true, force: true });
const sample = await loaded();
const runner = spawn(
  process.execPath,
  ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files],
  { stdio: "inherit", env: { ...process.env, [LOADED]: sample } },
);
const [code] = await once(runner, "close");
process.exitCode = code ?? 1;
