import { describe, expect, it } from "vitest";
import type { View, ViewCount } from "../ipc/generated";
import { keyOf, nextTeam, railOf } from "./place";

const count = (view: View, n: number, name = ""): ViewCount => ({
  view,
  name,
  count: n,
  unread: 0,
});

const TOLD = [
  count({ view: "inbox" }, 31),
  count({ view: "mine" }, 22),
  count({ view: "at_risk" }, 3),
  count({ view: "needs_you" }, 0),
  count({ view: "team", id: "t2" }, 7, "Data L2"),
  count({ view: "team", id: "t1" }, 41, "Compute L1"),
  count({ view: "saved", id: "s1" }, 9, "請求・支払い"),
];

describe("the rail", () => {
  it("goes from one's own work to that of others, then to what asks for an act", () => {
    expect(railOf(TOLD).work.map(({ key }) => key)).toEqual([
      "inbox",
      "mine",
      "unassigned",
      "team:t1",
      "team:t2",
      "at_risk",
      "asked",
      "needs_you",
      "drafts",
    ]);
  });

  it("stands before the first answer, without numbers", () => {
    const { work, views, workplace } = railOf([]);
    expect(work[0]).toMatchObject({ key: "inbox", count: undefined, name: undefined });
    expect(views).toEqual([]);
    expect(workplace.map(({ key }) => key)).toEqual(["all", "finished"]);
  });

  it("only what asks for an act stands out, and only while it asks", () => {
    const tone = new Map(railOf(TOLD).work.map((line) => [line.key, line.tone]));
    expect(tone.get("at_risk")).toBe("warn");
    expect(tone.get("needs_you")).toBe("plain");
    expect(tone.get("inbox")).toBe("plain");
  });

  it("teams and saved views go by their own names", () => {
    expect(railOf(TOLD).views[0]).toMatchObject({ name: "請求・支払い", count: 9 });
  });
});

describe("going to the team", () => {
  it("begins with the first and goes round", () => {
    const first = nextTeam(TOLD, { view: "inbox" });
    expect(first && keyOf(first)).toBe("team:t1");
    const second = nextTeam(TOLD, first);
    expect(second && keyOf(second)).toBe("team:t2");
    expect(nextTeam(TOLD, second)).toEqual(first);
  });

  it("goes nowhere without a team", () => {
    expect(nextTeam([], undefined)).toBeUndefined();
  });
});
