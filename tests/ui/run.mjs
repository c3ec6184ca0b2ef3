/**
 * The browser tests: loads the sample desk once and walks every journey, two files side by side.
 * Each journey has a world of its own: programs, folders, ports, a profile of the browser.
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

/** Files that are walked at the same time: as many as the smallest machine has cores. */
const SIDE_BY_SIDE = 2;

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
  ["--test", `--test-concurrency=${SIDE_BY_SIDE}`, "--test-reporter=spec", ...files],
  { stdio: "inherit", env: { ...process.env, [LOADED]: sample } },
);
const [code] = await once(runner, "close");
process.exitCode = code ?? 1;
