import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const UI = join(import.meta.dirname, "..");

const files = readdirSync(UI, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(css|svelte)$/.test(name))
  .map((name) => ({ name, css: cssOf(name, readFileSync(join(UI, name), "utf8")) }));

function cssOf(name: string, text: string): string {
  const css = name.endsWith(".css")
    ? text
    : [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, inside = ""]) => inside).join("\n");
  return css.replace(/\/\*[\s\S]*?\*\//g, "");
}

const PHYSICAL =
  /(?:^|[\s;{])((?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-)?(?:left|right|top|bottom)|(?:min-|max-)?(?:width|height)|float|border-(?:left|right|top|bottom)-\w+)\s*:/gm;

describe("the style sheets", () => {
  it.each(files.filter(({ css }) => css.trim() !== ""))(
    "$name turns with the line of reading",
    ({ css }) => {
      expect([...css.matchAll(PHYSICAL)].map(([, property]) => property)).toEqual([]);
      expect(css).not.toMatch(/text-align:\s*(left|right)/);
    },
  );

  it.each(files.filter(({ css }) => css.trim() !== ""))("$name stands in a layer", ({ css }) => {
    let depth = 0;
    const outside = css.replace(/[{}]|[^{}]+/g, (run) => {
      if (run === "{") depth += 1;
      else if (run === "}") depth -= 1;
      else if (depth === 0) return run;
      return "";
    });
    const heads = outside.split(/[;\n]/).map((line) => line.trim());
    expect(heads.filter((line) => line !== "" && !/^@(layer|import)\b/.test(line))).toEqual([]);
    expect(css).not.toContain("!important");
  });

  it("sees a physical property where there is one", () => {
    expect([..." a { margin-left: 1px; max-width: 2px }".matchAll(PHYSICAL)].length).toBe(2);
    expect([..." a { margin-inline: 1px; border-block-end: 0 }".matchAll(PHYSICAL)].length).toBe(0);
  });
});
