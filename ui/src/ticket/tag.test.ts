import { expect, it } from "vitest";
import { tagOf } from "./tag";

it.each([
  [" Driver ", "driver"],
  ["蓝屏", "蓝屏"],
  ["two words", undefined],
  ["", undefined],
  ["a,b", undefined],
  ["hid\u200Bden", undefined],
  ["x".repeat(65), undefined],
])("%o as a tag is %o", (raw, tag) => {
  expect(tagOf(raw)).toBe(tag);
});
