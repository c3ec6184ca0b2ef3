/** Where things are. What a test writes lies in a folder of its own and goes with it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the workspace. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Where the programs are: what `cargo build` made, unless the caller says. */
export const bin = process.env.HOLDFAST_BIN_DIR ?? join(root, "target/debug");

/** Where a failed journey leaves its pictures, its pages and what the programs said. */
export const failures = join(dirname(bin), "ui-failures");

/** An empty folder that nobody else has. */
export function folder(name) {
  return mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
}
