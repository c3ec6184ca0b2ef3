import { expect, it } from "vitest";
import { BANDS, daylightAt } from "./daylight";

it.each([
  ["00:00", "night"],
  ["05:59", "night"],
  ["06:00", "dawn"],
  ["08:00", "day"],
  ["18:59", "day"],
  ["19:00", "evening"],
  ["22:00", "night"],
])("at %s it is %s there", (time, part) => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  expect(daylightAt((hours * 60 + minutes) / 1440)).toBe(part);
});

it("the bands cover the day without gaps", () => {
  expect(BANDS[0]?.from).toBe(0);
  expect(BANDS.at(-1)?.to).toBe(1);
  for (const [place, band] of BANDS.entries()) {
    expect(BANDS[place + 1]?.from ?? 1).toBe(band.to);
  }
});
