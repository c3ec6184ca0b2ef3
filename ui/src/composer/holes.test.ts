import { expect, it } from "vitest";
import { holes, nextHole, segments } from "./holes";

const TEXT = "Up by {{recovery time}}; call {{ number }} or {{recovery time}}.";

it("a text is cut at its holes and loses nothing", () => {
  expect(
    segments(TEXT)
      .map(({ text }) => text)
      .join(""),
  ).toBe(TEXT);
  expect(segments(TEXT).filter(({ hole }) => hole)).toHaveLength(3);
  expect(segments("")).toEqual([]);
});

it("each hole is named once, without its braces", () => {
  expect(holes(TEXT)).toEqual(["recovery time", "number"]);
});

it.each(["{single}", "{{two\nlines}}", "{{ {{", "a }} b", "JSON {}", "{{}}", "{{ }}"])(
  "%o has no hole",
  (text) => {
    expect(holes(text)).toEqual([]);
  },
);

it("one key leads from hole to hole and round again", () => {
  expect(nextHole(TEXT, 0)).toEqual([6, 23]);
  expect(nextHole(TEXT, 7)).toEqual([30, 42]);
  expect(nextHole(TEXT, TEXT.length)).toEqual([6, 23]);
  expect(nextHole("whole", 0)).toBeUndefined();
});
