import { beforeEach, describe, expect, it } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import type { CandidateView } from "../ipc/generated";
import {
  answerWithin_s,
  best,
  byLetter,
  labelOf,
  pointsText,
  reachText,
  step,
  thereFirst,
} from "./candidates";

function candidate(agent: string | null, cannot: string | null = null): CandidateView {
  const person =
    agent === null ? null : { id: agent, name: agent, initials: "", you: false, customer: false };
  return {
    person,
    agent,
    team: "l2",
    team_name: "Compute L2",
    city: "Seoul",
    tier: 2,
    on_shift: true,
    score: 80,
    reasons: [],
    cannot,
  };
}

const erik = candidate("erik", "residency");
const mina = candidate("mina");
const team = candidate(null);
const all = [mina, team, erik];

beforeEach(() => setLocale("en"));

describe("who cannot be asked", () => {
  it("is never the one that is offered first, nor chosen by a letter", () => {
    expect(best([erik, mina])).toBe(mina);
    expect(best([erik])).toBeUndefined();
    expect(byLetter(all, "d")).toBeUndefined();
  });

  it("is shown with the rule", () => {
    expect(reachText(erik).replace(/[\u2068\u2069]/g, "")).toBe(
      "Cannot: data must stay in its region",
    );
  });

  it("is stepped over", () => {
    expect(step([mina, erik, team], mina, 1)).toBe(team);
    expect(step([mina, erik, team], team, 1)).toBe(team);
    expect(step([mina, erik, team], undefined, 1)).toBe(mina);
  });
});

it("who is on shift is offered before who sleeps, who cannot last", () => {
  const asleep = { ...candidate("kenji"), on_shift: false };
  expect(thereFirst([erik, asleep, mina, team])).toEqual([mina, team, asleep, erik]);
});

it("letters choose in the order that is shown", () => {
  expect(byLetter(all, "a")).toBe(mina);
  expect(byLetter(all, "s")).toBe(team);
  expect(byLetter(all, "z")).toBeUndefined();
});

it("a team as a whole is called by its own name", () => {
  expect(labelOf(team)).toBe("Compute L2");
});

it("points carry their sign", () => {
  expect([18, 0, -7].map(pointsText)).toEqual(["+18", "+0", "−7"]);
});

it("the graver the ticket, the sooner an answer is asked for", () => {
  const times = ["p0", "p1", "p2", "p3", "p4"].map(answerWithin_s);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
