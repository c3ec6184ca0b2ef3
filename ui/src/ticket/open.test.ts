import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connect } from "../ipc/call";
import type { NoticeView } from "../ipc/generated";
import { PAUSE_MS } from "../ipc/rereading";
import { OpenTicket } from "./open.svelte";

type Asked = { name: string; answer: (value: unknown) => void; refuse: (value: unknown) => void };

let asked: Asked[];
let say: (notice: NoticeView) => void;
let ticket: OpenTicket;
let leave: () => void;

const settled = () => vi.advanceTimersByTimeAsync(PAUSE_MS);
const view = (subject: string, unread = false) => ({ row: { subject, unread } });
const opens = () => asked.filter(({ name }) => name === "ticket.open");

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  connect({
    call: (name) =>
      new Promise((answer, refuse) => {
        asked.push({ name, answer, refuse });
      }),
    subscribe: (hear) => {
      say = hear;
      return () => undefined;
    },
  });
  ticket = new OpenTicket("t");
  leave = ticket.follow();
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

it("a ticket is read again when the desk names it, and not when it names another", async () => {
  opens()[0]?.answer(view("one"));
  await settled();
  say({ noun: "ticket", key: "other" });
  say({ noun: "status" });
  expect(opens()).toHaveLength(1);
  say({ noun: "ticket", key: "t" });
  expect(opens()).toHaveLength(2);
  expect(ticket.view?.row.subject).toBe("one");
});

it("many changes at once are one more reading, after the one that runs", async () => {
  for (let n = 0; n < 5; n += 1) say({ noun: "ticket", key: "t" });
  expect(opens()).toHaveLength(1);
  opens()[0]?.answer(view("old"));
  await settled();
  opens()[1]?.answer(view("new"));
  await settled();
  expect(opens()).toHaveLength(2);
  expect(ticket.view?.row.subject).toBe("new");
});

it("what was unread is marked as read once it is shown", async () => {
  opens()[0]?.answer(view("one", true));
  await settled();
  expect(asked.at(-1)?.name).toBe("ticket.read");
});

it.each([
  ["internal", "one"],
  ["not_found", undefined],
])("after a re-read that failed with %s the screen shows %s", async (code, subject) => {
  opens()[0]?.answer(view("one"));
  await settled();
  say({ noun: "everything" });
  opens()[1]?.refuse({ code, message: "", params: {} });
  await settled();
  expect(ticket.view?.row.subject).toBe(subject);
  expect(ticket.failure?.code).toBe(code);
});

it("an answer that comes after leaving is dropped", async () => {
  leave();
  opens()[0]?.answer(view("late"));
  await settled();
  expect(ticket.view).toBeUndefined();
});
