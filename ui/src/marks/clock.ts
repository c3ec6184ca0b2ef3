/** How a clock looks at an instant. The marks come from the desk; here they are only compared. */
import type { ClockView } from "../ipc/generated";
import { type Instant, instant, secondsBetween } from "../shared/time";

export type ClockStage = "ok" | "half" | "risk" | "breached" | "paused" | "met";

export type ClockLook = {
  stage: ClockStage;
  /** Seconds left; negative when over; undefined when it does not run. */
  left_s: number | undefined;
  /** Part of the promise that is used, 0 and more. */
  used: number;
};

/** The look of a clock at an instant. */
export function lookOf(clock: ClockView, now: Instant): ClockLook {
  if (clock.state === "met") return { stage: "met", left_s: undefined, used: usedBy(clock, 0) };
  if (clock.state === "paused" || clock.due_at === null) {
    return { stage: "paused", left_s: undefined, used: usedBy(clock, 0) };
  }
  const left_s = secondsBetween(now, instant(clock.due_at));
  const used = (clock.target_s - left_s) / Math.max(1, clock.target_s);
  return { stage: stageOf(clock, now), left_s, used };
}

function stageOf({ half_at, risk_at, due_at }: ClockView, now: Instant): ClockStage {
  const past = (mark: string | null) => mark !== null && now >= instant(mark);
  if (past(due_at)) return "breached";
  if (past(risk_at)) return "risk";
  return past(half_at) ? "half" : "ok";
}

function usedBy({ counted_s, target_s }: ClockView, since_s: number): number {
  return (counted_s + since_s) / Math.max(1, target_s);
}
