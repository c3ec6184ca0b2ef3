import { beforeEach, expect, it } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import type { TicketView } from "../ipc/generated";
import { blockOf, TEXT_BYTES_MAX, unreadable } from "./block";

beforeEach(() => setLocale("en"));

it("nothing, holes, length and files on their way or lost keep words back", () => {
  expect(blockOf("", true, undefined)?.why).toBe("empty");
  expect(blockOf("  \n", false, undefined)?.why).toBe("empty");
  expect(blockOf("by {{recovery time}}", false, undefined)?.why).toBe("holes");
  expect(blockOf("字".repeat(TEXT_BYTES_MAX / 3 + 1), false, undefined)?.why).toBe("too-long");
  expect(blockOf("words", false, "coming")?.text).toContain("being added");
  expect(blockOf("words", false, "lost")?.text).toContain("lost");
  expect(blockOf("words", false, undefined)).toBeUndefined();
});

it("a hole is named to its author", () => {
  expect(blockOf("by {{recovery time}}", false, undefined)?.text).toContain("recovery time");
});

it("a language is foreign only if its reader is not known to read it", () => {
  const view = {
    row: { language: "zh-Hans" },
    contact: { language: "zh-Hans", also_reads: ["en"] },
  } as unknown as TicketView;
  const words = "Die Platte ist wieder da.";
  expect(unreadable(words, "zh-CN", view)).toBe(false);
  expect(unreadable(words, "en-GB", view)).toBe(false);
  expect(unreadable(words, "de", view)).toBe(true);
  expect(unreadable(words, null, view)).toBe(false);
});

it("a few Latin letters tell no language; a script of its own does", () => {
  const view = { row: { language: "zh-Hans" }, contact: null } as unknown as TicketView;
  expect(unreadable("z", "pl", view)).toBe(false);
  expect(unreadable("No. 4711/2026-11-21", "fr", view)).toBe(false);
  expect(unreadable("再起動しました", "ja", view)).toBe(true);
});
