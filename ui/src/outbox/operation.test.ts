import { beforeEach, expect, it } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import type { OutboxItem, WordsView } from "../ipc/generated";
import {
  heldText,
  kindOfWords,
  operationGlyph,
  refusalText,
  stateText,
  summaryText,
  titleOf,
} from "./operation";

beforeEach(() => setLocale("en"));

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, "");
const item = (name: string, summary = "") =>
  ({ name, summary, requester: "王伟", state: "written", upload_bytes: 0 }) as OutboxItem;

it("a reply is called by its reader, whatever its version", () => {
  expect(plain(titleOf(item("reply@1", "Snapshot is done.")))).toBe("Reply to 王伟");
  expect(plain(titleOf(item("note@2", "words")))).toBe("Note");
});

it("a change of a field says what it sets, codes in words", () => {
  expect(plain(titleOf(item("status@1", "on_hold")))).toBe("Status: On hold");
  expect(summaryText(item("severity@1", "p1"))).toBe("P1 Severe");
  expect(summaryText(item("severity@1", "P1"))).toBe("P1 Severe");
  expect(summaryText(item("tags@1", "+driver"))).toBe("+driver");
});

it("an upload that waits says how much", () => {
  expect(plain(stateText({ ...item("note@1"), upload_bytes: 38 * 1024 * 1024 }))).toBe(
    "waits, 38 MB to upload",
  );
  expect(stateText({ ...item("note@1"), state: "numbered" })).toBe("sent, waiting for the answer");
  expect(stateText({ ...item("note@1"), state: "held" })).toBe("held");
});

it("a lost claim names the winner; a code nobody knows is still said", () => {
  const dewi = { id: "d", name: "Dewi Kusuma", initials: "DK", you: false, customer: false };
  expect(plain(refusalText("already_taken", dewi))).toContain("Dewi Kusuma was faster");
  expect(refusalText("already_taken", null)).not.toContain("{");
  expect(plain(refusalText("from_the_future", null))).toContain("from_the_future");
});

it("what the server failed on is not said to be refused", () => {
  expect(refusalText("fault", null)).toContain("was not done");
});

it("words come back to the composer they came from; an ending has none", () => {
  expect(["reply@1", "send_and_solve@1", "note@1", "solve@1"].map(kindOfWords)).toEqual([
    "reply",
    "reply",
    "note",
    undefined,
  ]);
});

it("a held ending says what came before it", () => {
  const reason = { why: "newer_words", message: "m" } as const;
  const by = (name: string, customer: boolean) => ({ person: { name, customer } }) as WordsView;
  const wang = by("王伟", true);
  const hannah = by("Hannah Vogel", false);
  const told = (name: string, newer: WordsView[]) => plain(heldText({ name, reason, newer }));
  expect(told("solve@1", [wang])).toBe("the customer wrote before this was solved");
  expect(told("reply@1", [wang])).toBe("the customer wrote before it arrived");
  expect(told("reply@1", [wang, hannah])).toBe("the customer wrote before it arrived");
  expect(told("reply@1", [hannah])).toBe("Hannah Vogel answered before it arrived");
  expect(told("solve@1", [hannah])).toBe("Hannah Vogel answered before this was solved");
  expect(heldText({ name: "reply@1", reason, newer: [] }, true)).toBe(
    "Something new was written before it arrived.",
  );
});

it("every operation has a sign", () => {
  for (const name of ["reply@1", "escalation_accept@1", "new_thing@1"]) {
    expect(operationGlyph(name)).not.toBe("");
  }
});
