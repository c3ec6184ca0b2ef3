import { expect, it } from "vitest";
import type { ClockView } from "../ipc/generated";
import { lookOf } from "./clock";

const START = Date.parse("2026-11-21T09:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

const running: ClockView = {
  metric: "next_reply",
  target_s: 900,
  state: "running",
  started_at: at(0),
  counted_s: 0,
  half_at: at(450),
  risk_at: at(675),
  due_at: at(900),
  stopped_at: null,
  late: false,
};

it.each([
  [0, "ok", 900],
  [449, "ok", 451],
  [450, "half", 450],
  [708, "risk", 192],
  [900, "breached", 0],
  [1620, "breached", -720],
])("after %i s a promise of 15 minutes is %s", (seconds, stage, left_s) => {
  expect(lookOf(running, START + seconds * 1000)).toMatchObject({ stage, left_s });
});

it("one that rests or is met has no time left to show, only what was used", () => {
  const marks = { half_at: null, risk_at: null, due_at: null, counted_s: 450 };
  const paused: ClockView = { ...running, ...marks, state: "paused" };
  expect(lookOf(paused, START)).toEqual({ stage: "paused", left_s: undefined, used: 0.5 });
  expect(lookOf({ ...paused, state: "met" }, START).stage).toBe("met");
});
