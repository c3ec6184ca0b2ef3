/**
 * What these tests borrow: playwright-core drives the browser, axe-core judges the page.
 *
 * Both stand among the UI's own packages, so that the workspace has one lock file.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../ui/package.json", import.meta.url));

export const { chromium } = require("playwright-core");

/** The judge, as a script to be run in the page. */
export const axeSource = () => readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
