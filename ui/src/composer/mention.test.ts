import { expect, it } from "vitest";
import { mentionAt } from "./mention";

it.each([
  ["@", ""],
  ["@Mi", "Mi"],
  ["see @Mina", "Mina"],
  ["请看，@周", "周"],
  ["(@e", "e"],
])("%o names somebody: %o", (text, query) => {
  expect(mentionAt(text, text.length)?.query).toBe(query);
});

it.each(["elena@example.com", "a@b", "@Mina ", "plain", "@@x"])("%o names nobody", (text) => {
  expect(mentionAt(text, text.length)).toBeUndefined();
});

it("the caret decides, not the end of the text", () => {
  expect(mentionAt("ask @Min about it", 8)).toEqual({ query: "Min", start: 4, end: 8 });
});
