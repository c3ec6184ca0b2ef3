import { expect, it } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import { DeskError } from "../ipc/error";
import { wrongOf } from "./wrong";

setLocale("en");

const bad = (params: Record<string, string>) =>
  new DeskError({ code: "bad_query", message: "", params });

it("the wrong part is found behind characters that take two units", () => {
  const query = "𠮷野家 before:never";
  const wrong = wrongOf(query, bad({ at: "11", len: "5", why: "bad_date" }));
  expect(wrong && query.slice(...wrong.mark)).toBe("never");
  expect(wrong?.text).toContain("2026-11-21");
});

it("a gap is an empty mark where something is missing", () => {
  const wrong = wrongOf("from:", bad({ at: "5", len: "0", why: "empty_value" }));
  expect(wrong?.mark).toEqual([5, 5]);
});

it("a reason without words of its own has the general ones", () => {
  expect(wrongOf("x", bad({ at: "0", len: "1", why: "novel" }))?.text).toContain("cannot be read");
});

it("another failure is not about the query", () => {
  const other = new DeskError({ code: "internal", message: "", params: {} });
  expect(wrongOf("x", other)).toBeUndefined();
});
