import { describe, expect, it } from "vitest";
import { Chosen } from "./chosen.svelte";

const VIEW = { view: "inbox" } as const;

describe("choosing some", () => {
  it("a second stroke leaves it again", () => {
    const chosen = new Chosen();
    chosen.toggle("a");
    expect(chosen.has("a")).toBe(true);
    chosen.toggle("a");
    expect(chosen.count(41)).toBe(0);
  });

  it("extending adds and never takes away", () => {
    const chosen = new Chosen();
    chosen.toggle("b");
    chosen.add(["a", "b", "c"]);
    expect(chosen.selection(VIEW)).toEqual({ select: "tickets", tickets: ["a", "b", "c"] });
  });
});

describe("choosing all that match", () => {
  it("means the view, not the rows that are here", () => {
    const chosen = new Chosen();
    chosen.toggle("a");
    chosen.chooseAll();
    expect(chosen.has("never seen")).toBe(true);
    expect(chosen.count(41)).toBe(41);
    expect(chosen.selection(VIEW)).toEqual({ select: "all_of", view: VIEW, except: [] });
  });

  it("some may be left out, and taken in again", () => {
    const chosen = new Chosen();
    chosen.chooseAll();
    chosen.toggle("a");
    chosen.toggle("b");
    expect(chosen.count(41)).toBe(39);
    expect(chosen.selection(VIEW)).toEqual({ select: "all_of", view: VIEW, except: ["a", "b"] });
    chosen.add(["a"]);
    expect(chosen.count(41)).toBe(40);
  });

  it("clearing leaves nothing", () => {
    const chosen = new Chosen();
    chosen.chooseAll();
    chosen.clear();
    expect(chosen.count(41)).toBe(0);
  });
});
