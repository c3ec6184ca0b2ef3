import { expect, it } from "vitest";
import type { EntryView, Fact, PersonView } from "../ipc/generated";
import { before, changesSince } from "./changed";

const who = (name: string, more: Partial<PersonView> = {}): PersonView => ({
  id: name,
  name,
  initials: "",
  you: false,
  customer: false,
  ...more,
});
const WEI = who("王伟", { customer: true });
const TOMAS = who("Tomás Sierra");
const YOU = who("Elena Ruiz", { you: true });

const words = (id: string, person: PersonView, more: object = {}) =>
  ({ kind: "message", id, person, state: "received", ...more }) as EntryView;
const event = (key: number, person: PersonView, fact: object, saved = false) =>
  ({ kind: "event", key, person, fact: fact as Fact, saved }) as EntryView;

const old = [words("m1", WEI), event(1, TOMAS, { code: "assigned" })];
const since = (...more: EntryView[]) => changesSince([...old, ...more], before(old));

it("what stood there when the words were begun is no change", () => {
  expect(since()).toEqual([]);
});

it("public words, another holder and another status are, whoever of the others they are from", () => {
  const news = [
    words("m2", WEI),
    words("m3", TOMAS, { state: "sent" }),
    event(2, TOMAS, { code: "assigned" }),
    event(3, TOMAS, { code: "status_changed" }),
    event(4, TOMAS, { code: "solved" }),
    event(5, WEI, { code: "reopened" }),
  ];
  expect(since(...news)).toEqual(news);
});

it("what the writer did herself, here or at another desk, is not", () => {
  expect(
    since(
      words("m2", YOU, { state: "sent" }),
      words("m3", YOU, { state: "saved" }),
      event(2, YOU, { code: "status_changed" }),
      event(-1, TOMAS, { code: "assigned" }, true),
    ),
  ).toEqual([]);
});

it("notes, tags and progress change no answer", () => {
  const note = { ...words("n1", TOMAS), kind: "note" } as EntryView;
  const rest = [event(2, TOMAS, { code: "tagged" }), event(3, TOMAS, { code: "stage_changed" })];
  expect(since(note, ...rest)).toEqual([]);
});
