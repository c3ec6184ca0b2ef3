import { expect, it } from "vitest";
import { directionOf, initials, ownNameOf, paragraphs, shortTag } from "./direction";

it.each([
  ["ar", "rtl"],
  ["he-IL", "rtl"],
  ["fa", "rtl"],
  ["zh-Hans", "ltr"],
  ["not a tag", "ltr"],
])("%s is written %s", (tag, dir) => {
  expect(directionOf(tag)).toBe(dir);
});

it("languages are called by their own names", () => {
  expect(ownNameOf("ja")).toBe("日本語");
  expect(ownNameOf("ar")).toBe("العربية");
  expect(shortTag("zh-Hant-TW")).toBe("zh");
});

it.each([
  ["Elena Ruiz", "ER"],
  ["王伟", "王"],
  ["佐藤 美咲", "佐"],
  ["김서연", "김"],
  ["Анна Котова", "АК"],
  ["สมชาย วงศ์", "สว"],
  ["Omar", "O"],
  ["", "?"],
  ["42", "?"],
])("%o has the initials %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

it("a message is cut into paragraphs, its line breaks kept", () => {
  expect(paragraphs("one\ntwo\r\n\r\n\nthree\n")).toEqual(["one\ntwo", "three\n"]);
});
