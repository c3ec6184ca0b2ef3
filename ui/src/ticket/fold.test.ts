import { expect, it } from "vitest";
import type { ClockView, TicketView } from "../ipc/generated";
import { instant } from "../shared/time";
import { fold } from "./fold";

const clock: ClockView = {
  metric: "next_reply",
  target_s: 900,
  state: "running",
  started_at: "2026-11-21T15:04:28Z",
  counted_s: 0,
  half_at: "2026-11-21T15:11:58Z",
  risk_at: "2026-11-21T15:15:43Z",
  due_at: "2026-11-21T15:19:28Z",
  stopped_at: null,
  late: false,
};
const view = {
  thread: [{ kind: "message", at: clock.started_at, person: { name: "王伟" } }],
} as unknown as TicketView;
const now = instant("2026-11-21T15:16:16Z");

it("a clock that never rested is its beginning and what has passed", () => {
  expect(fold(clock, view, now)).toEqual([
    { what: "began", at: instant(clock.started_at), name: "王伟" },
    { what: "elapsed", at: now, elapsed_s: 708 },
  ]);
});

it("time in which it rested is told, and not counted", () => {
  const later = { ...clock, due_at: "2026-11-21T15:29:28Z" };
  expect(fold(later, view, now)).toContainEqual({ what: "rested", rested_s: 600 });
});

it("one that is met says when it stopped", () => {
  const met: ClockView = {
    ...clock,
    state: "met",
    counted_s: 130,
    due_at: null,
    stopped_at: "2026-11-21T15:06:38Z",
  };
  expect(fold(met, view, now).map(({ what }) => what)).toEqual(["began", "stopped", "elapsed"]);
});

it("only a wait for the next reply has somebody who began it", () => {
  const lines = fold({ ...clock, metric: "resolution" }, view, now);
  expect(lines[0]).toMatchObject({ name: undefined });
});
