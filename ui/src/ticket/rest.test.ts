import { expect, it } from "vitest";
import { instant } from "../shared/time";
import { rests } from "./rest";

const SATURDAY = instant("2026-11-21T15:16:00Z");
const iso = (at: number | undefined) => at && new Date(at).toISOString().slice(0, 16);
const until = (id: string, now: number, zone: string, typed = "") =>
  iso(rests(now, typed, zone).find((one) => one.id === id)?.until);

it("hours are those of the reader's clocks", () => {
  expect(until("tomorrow", SATURDAY, "America/Mexico_City")).toBe("2026-11-22T15:00");
  expect(until("tomorrow", SATURDAY, "Asia/Kolkata")).toBe("2026-11-22T03:30");
  expect(until("monday", SATURDAY, "Asia/Shanghai")).toBe("2026-11-23T01:00");
});

it("a change of the clocks on the way keeps the hour", () => {
  const before = instant("2026-10-24T10:00:00Z");
  expect(until("tomorrow", before, "Europe/Berlin")).toBe("2026-10-25T08:00");
});

it("on a Monday, Monday is the next one", () => {
  expect(until("monday", instant("2026-11-23T08:00:00Z"), "UTC")).toBe("2026-11-30T09:00");
});

it("what has passed is not offered", () => {
  expect(until("evening", SATURDAY, "UTC")).toBe("2026-11-21T17:00");
  expect(until("evening", SATURDAY, "Asia/Shanghai")).toBeUndefined();
});

it.each([
  ["3h", "2026-11-21T18:16"],
  ["45 min", "2026-11-21T16:01"],
  ["2D", "2026-11-23T15:16"],
  ["0h", undefined],
  ["soon", undefined],
])("typing %o means %s", (typed, at) => {
  expect(until("typed", SATURDAY, "UTC", typed)).toBe(at);
});

it("resting until the customer answers has no moment", () => {
  expect(rests(SATURDAY, "", "UTC")[0]).toMatchObject({ id: "answer", until: undefined });
});
