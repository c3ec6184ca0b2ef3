import { describe, expect, it } from "vitest";
import { setLocale, setTimeZone } from "../i18n/locale.svelte";
import type { StatusView } from "../ipc/generated";
import { ageText, linkOf, needsText, progressText, troubleText } from "./words";

setLocale("en");
setTimeZone("America/Mexico_City");

const NOW = Date.parse("2026-11-21T15:16:00Z");
const status = (more: Partial<StatusView>): StatusView => ({
  connection: "synced",
  since: "2026-11-21T15:12:00Z",
  data_as_of: "2026-11-21T15:15:56Z",
  sending: 0,
  saved: 0,
  needs_you: 0,
  held: 0,
  tray: 0,
  fetching: null,
  indexing: null,
  clock_unsure: false,
  secured: null,
  salvaged: null,
  now: "2026-11-21T15:16:00Z",
  trouble: null,
  ...more,
});
const plain = (text: string | undefined) => text?.replace(/[\u2068\u2069]/gu, "");

describe("the connection", () => {
  it.each([
    [{}, "synced", "Synced 4 s"],
    [{ data_as_of: null }, "synced", "Synced"],
    [{ sending: 3 }, "sending", "Sending 3 changes"],
    [{ connection: "syncing" as const }, "sending", "Catching up"],
    [{ connection: "offline" as const }, "offline", "Working offline since 09:12"],
    [{ connection: "offline" as const, sending: 2 }, "offline", "Working offline since 09:12"],
    [
      { connection: "sign_in_needed" as const },
      "needs_you",
      "Signed out of the server. Sign in to send.",
    ],
  ])("%j is %s: %s", (more, state, text) => {
    const link = linkOf(status(more), NOW);
    expect([link.state, plain(link.text)]).toEqual([state, text]);
  });

  it("clocks that disagree make no data from the future", () => {
    const late = status({ data_as_of: "2026-11-21T15:17:00Z" });
    expect(plain(linkOf(late, NOW).text)).toBe("Synced 0 s");
  });
});

describe("what else is said", () => {
  it("the age stands apart as soon as the connection does not say it", () => {
    expect(ageText(status({}), NOW)).toBeUndefined();
    const old = status({ connection: "offline", data_as_of: "2026-11-21T15:12:00Z" });
    expect(plain(ageText(old, NOW))).toBe("Data 4 min old");
    expect(ageText(status({ connection: "offline", data_as_of: null }), NOW)).toBe("No data yet");
  });

  it("what is held is named as such; a mixture is counted", () => {
    expect(plain(needsText(status({ needs_you: 1, held: 1 })))).toBe("1 held change needs you");
    expect(plain(needsText(status({ needs_you: 3, held: 1 })))).toBe("3 need you");
    expect(needsText(status({}))).toBeUndefined();
  });

  it("a trouble has words; an unknown one has its code", () => {
    const offline = { connection: "offline" } as const;
    expect(troubleText(status({ ...offline, trouble: "timed_out" }))).toContain("does not answer");
    expect(troubleText(status({ ...offline, trouble: "novel" }))).toContain("novel");
    expect(troubleText(status({ trouble: "refused" }))).toBeUndefined();
  });

  it("fetching comes before indexing", () => {
    const both = { fetching: { done: 1, all: 9 }, indexing: { done: 1, all: 4 } };
    expect(plain(progressText(status(both)))).toContain("1 of 9");
    expect(plain(progressText(status({ ...both, fetching: null })))).toContain("25 %");
  });
});
