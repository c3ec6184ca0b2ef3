/** Debian's Chromium, once per process; each window has a profile of its own in it. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "./packages.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

let launching;

export function browser() {
  launching ??= chromium.launch({ executablePath: found(), headless: true, args: FLAGS });
  return launching;
}

export async function closeBrowser() {
  await (await launching)?.close();
  launching = undefined;
}

function found() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const path = folders.map((dir) => join(dir, "chromium")).find(canRun);
  if (!path) throw new Error("Chromium is missing: cargo xtask setup --tests");
  return path;
}

function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
