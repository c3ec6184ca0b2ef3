import { expect, it } from "vitest";
import { DeskState } from "./desk.svelte";

const MINE = { at: "view", view: { view: "mine" } } as const;

it("one comes back to the list one left, through any number of other places", () => {
  const desk = new DeskState();
  desk.go(MINE);
  desk.go({ at: "search" });
  desk.go({ at: "settings" });
  expect(desk.back()).toBe(true);
  expect(desk.place).toEqual(MINE);
  expect(desk.back()).toBe(false);
});

it("a ticket stays open when the place changes", () => {
  const desk = new DeskState();
  desk.open("t1");
  desk.go({ at: "search" });
  expect(desk.ticket).toBe("t1");
});

it("a ticket that is opened from the settings is shown beside its list", () => {
  const desk = new DeskState();
  desk.go(MINE);
  desk.go({ at: "settings" });
  desk.open("t1");
  expect(desk.place).toEqual(MINE);
});

it("going where one is changes nothing", () => {
  const desk = new DeskState();
  const before = desk.place;
  desk.go({ at: "view", view: { view: "inbox" } });
  expect(desk.place).toBe(before);
});
