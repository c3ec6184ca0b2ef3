import { expect, it } from "vitest";
import { bestLocale } from "./locales";

it.each([
  [["en-GB"], "en"],
  [["zh-CN"], "zh-Hans"],
  [["zh"], "zh-Hans"],
  [["zh-TW", "en"], "en"],
  [["ar-EG"], "ar"],
  [["xx", "ar"], "ar"],
  [["not a tag"], "en"],
  [[], "en"],
])("whoever wishes for %j reads %s", (wanted, tag) => {
  expect(bestLocale(wanted)).toBe(tag);
});
