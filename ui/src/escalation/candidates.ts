/** Who could be asked: in words, with the reasons that weighed most, and the keys that choose. */
import { t } from "../i18n/locale.svelte";
import type { CandidateView } from "../ipc/generated";
import { clockTime, type Instant } from "../shared/time";

/** Letters under the left hand; each chooses one candidate while the list has the focus. */
export const LETTERS = ["a", "s", "d", "f", "g", "h", "j", "k", "l"] as const;

/** Stands still for a candidate: the agent, or the team as a whole. */
export function keyOf({ agent, team }: CandidateView): string {
  return agent ?? team;
}

/** What a candidate is called. */
export function labelOf({ person, team_name }: CandidateView): string {
  return person?.name ?? team_name;
}

/** Where a candidate works: `Compute L2, Seoul`; a team says that all of it is meant. */
export function placeOf({ person, city, team_name }: CandidateView): string {
  const team = person === null ? t("escalation-whole-team") : team_name;
  return t("escalation-team-city", { team, city });
}

/** Whether somebody is there to answer. */
export function reachText({ on_shift, cannot }: CandidateView): string {
  if (cannot !== null) return t("escalation-cannot", { reason: t(`cannot-${cannot}`) });
  return t(on_shift ? "escalation-on-shift" : "escalation-off-shift");
}

/** Whoever can be chosen and is there comes first; otherwise the order stays. */
export function thereFirst(candidates: readonly CandidateView[]): CandidateView[] {
  const rank = ({ cannot, on_shift }: CandidateView) => (cannot !== null ? 2 : on_shift ? 0 : 1);
  return candidates.toSorted((one, other) => rank(one) - rank(other));
}

/** The first candidate that can be chosen. */
export function best(candidates: readonly CandidateView[]): CandidateView | undefined {
  return candidates.find(({ cannot }) => cannot === null);
}

/** The candidate that a key chooses. */
export function byLetter(
  candidates: readonly CandidateView[],
  letter: string,
): CandidateView | undefined {
  const place = LETTERS.indexOf(letter as (typeof LETTERS)[number]);
  const one = place < 0 ? undefined : candidates[place];
  return one?.cannot === null ? one : undefined;
}

/** The next candidate that can be chosen, `by` steps on; the same one at either end. */
export function step(
  candidates: readonly CandidateView[],
  from: CandidateView | undefined,
  by: 1 | -1,
): CandidateView | undefined {
  const free = candidates.filter(({ cannot }) => cannot === null);
  const at = from === undefined ? -1 : free.findIndex((one) => keyOf(one) === keyOf(from));
  return free[Math.min(free.length - 1, Math.max(0, at + by))] ?? from;
}

/** Points with their sign, as the reader reads numbers: `+18`, `−7`. */
export function pointsText(points: number): string {
  return points < 0 ? `−${-points}` : `+${points}`;
}

/** How long the other side has to answer, seconds. */
export const ANSWER_WITHIN_S = [300, 900, 1800, 3600, 14_400, 86_400] as const;

/** What is offered at first for a severity: the graver, the sooner. */
export function answerWithin_s(severity: string): number {
  return { p0: 300, p1: 900, p2: 1800, p3: 3600 }[severity] ?? 14_400;
}

/** When they should have answered. */
export function answerBy(now: Instant, within_s: number): string {
  return clockTime(now + within_s * 1000);
}
