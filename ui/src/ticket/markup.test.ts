import { expect, test } from "vitest";
import { POLICY, pageOf } from "./markup";

test("markup's page says first of all that nothing is loaded", () => {
  const page = pageOf("<p>Hello</p>", "zh-Hans");
  expect(page.indexOf(POLICY)).toBeGreaterThan(0);
  expect(page.indexOf(POLICY)).toBeLessThan(page.indexOf("<p>Hello</p>"));
  expect(page).toContain('<html lang="zh-Hans">');
  expect(POLICY).toContain("default-src 'none'");
  expect(POLICY).not.toMatch(/https?:|\*|unsafe/);
});

test("a language that is none cannot leave its attribute", () => {
  expect(pageOf("", 'en"><script>alert(1)</script>')).toContain("<!doctype html><html><head>");
  expect(pageOf("", null)).toContain("<!doctype html><html><head>");
});
