import { afterEach, beforeEach, expect, it } from "vitest";
import { setLocale, setTimeZone, tParts } from "../i18n/locale.svelte";
import type { Fact, PersonView } from "../ipc/generated";
import { instant } from "../shared/time";
import { sentenceOf } from "./event";

const mina: PersonView = {
  id: "mina",
  name: "Mina Park",
  initials: "MP",
  you: false,
  customer: false,
};
const names = { mina: "Mina Park", elena: "Elena Ruiz", l2: "Compute L2", ecs: "i-bp1f4k9x" };
const now = instant("2026-11-21T15:16:16Z");

function said(fact: Fact, person = mina): string | undefined {
  const sentence = sentenceOf({ fact, person, names, now });
  if (!sentence) return undefined;
  const parts = tParts(sentence.id, sentence.slots, sentence.args);
  return parts
    .map(({ text }) => text)
    .join("")
    .replace(/[\u2068\u2069]/g, "");
}

beforeEach(() => {
  setLocale("en");
  setTimeZone("UTC");
});
afterEach(() => setLocale("en"));

it("a severity is raised towards P0 and lowered away from it", () => {
  expect(said({ code: "severity_changed", from: "p2", to: "p1" })).toBe(
    "Mina Park raised the severity from p2 to p1",
  );
  expect(said({ code: "severity_changed", from: "p1", to: "p3" })).toContain("lowered");
});

it("giving, taking and giving back to a team are three sentences", () => {
  const from = { team: "l1", agent: null };
  const assigned = (team: string, agent: string | null) =>
    said({ code: "assigned", from, to: { team, agent } });
  expect(assigned("l2", "elena")).toBe("Mina Park gave it to Elena Ruiz");
  expect(assigned("l2", "mina")).toBe("Mina Park took it");
  expect(assigned("l2", null)).toBe("Mina Park gave it to the team Compute L2");
});

it("tags are counted in the reader's grammar", () => {
  expect(said({ code: "tagged", tags: ["driver"] })).toBe("Mina Park added the tag driver");
  expect(said({ code: "tagged", tags: ["a", "b"] })).toBe("Mina Park added the tags a, b");
});

it("pending says until when it may rest", () => {
  const fact: Fact = {
    code: "status_changed",
    from: "open",
    to: "pending",
    pending_until: "2026-11-21T18:00:00Z",
  };
  expect(said(fact)).toBe("Mina Park set the status to Pending until 18:00");
});

it("whoever reads is called you, and Holdfast by its name", () => {
  expect(said({ code: "reopened", from: "solved" }, { ...mina, you: true })).toMatch(/^You /);
  expect(said({ code: "reopened", from: "solved" }, { ...mina, id: "" })).toMatch(/^Holdfast /);
});

it("an id that nobody named does not show", () => {
  const text = said({ code: "resource_linked", resource: "0190-unknown" });
  expect(text).not.toContain("0190");
});

it("words that stand in the thread are not told twice", () => {
  expect(said({ code: "replied", message: "m" })).toBeUndefined();
  expect(said({ code: "noted", note: "n" })).toBeUndefined();
  expect(said({ code: "customer_wrote", message: "m" })).toBeUndefined();
});

it("reads in the reader's language", () => {
  setLocale("zh-Hans");
  expect(said({ code: "stage_changed", from: "triage", to: "diagnosis" })).toBe(
    "Mina Park 把进度从分诊移到诊断",
  );
  setLocale("ar");
  expect(said({ code: "reopened", from: "solved" })).toContain("Mina Park");
});
