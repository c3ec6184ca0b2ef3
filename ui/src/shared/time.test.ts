import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setLocale, setTimeZone } from "../i18n/locale.svelte";
import {
  age,
  clockTime,
  countdown,
  dayAndTime,
  dayFraction,
  duration,
  fullTime,
  instant,
  offset_min,
  overdue,
  relative,
  twoUnits,
  zoneDifference,
} from "./time";

const AT = instant("2026-11-21T15:16:16Z");

beforeEach(() => {
  setLocale("en");
  setTimeZone("America/Mexico_City");
});
afterEach(() => setLocale("en"));

describe("durations show two units at most", () => {
  it.each([
    [0, "0 s"],
    [59, "59 s"],
    [130, "2 min 10 s"],
    [3600, "1 h"],
    [4320, "1 h 12 min"],
    [12_000, "3 h 20 min"],
    [93_784, "1 d 2 h"],
    [86_400, "1 d"],
    [86_400 + 59, "1 d"],
    [-5, "0 s"],
  ])("%i s is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
    expect(twoUnits(seconds).length).toBeLessThanOrEqual(2);
  });

  it("a narrow column pads its minutes, so that figures stand in line", () => {
    expect(duration(7500, "narrow")).toBe("2 h 05 m");
    expect(duration(720, "narrow")).toBe("12 m");
  });

  it("a running clock counts in minutes and seconds below the hour", () => {
    expect(countdown(192)).toBe("3:12");
    expect(countdown(1660)).toBe("27:40");
    expect(countdown(-61)).toBe("1:01");
    expect(countdown(4320)).toBe("1 h 12 min");
  });

  it("what is missed is told in whole minutes", () => {
    expect(overdue(-744)).toBe("12 min");
    expect(overdue(744, "narrow")).toBe("12 m");
    expect(overdue(40)).toBe("40 s");
    expect(overdue(3600 + 305)).toBe("1 h 5 min");
  });

  it("an age is one unit", () => {
    expect(age(4)).toBe("4 s");
    expect(age(299)).toBe("4 min");
    expect(age(90_000)).toBe("1 d");
  });

  it("units are words of the reader's language, digits stay Latin", () => {
    setLocale("zh-Hans");
    expect(duration(4320)).toBe("1 小时 12 分");
    setLocale("ar");
    expect(duration(4320)).toBe("1 س 12 د");
  });
});

describe("times stand in the reader's zone, and in the customer's on demand", () => {
  it("tells the time of day", () => {
    expect(clockTime(AT)).toBe("09:16");
    expect(clockTime(AT, "Asia/Shanghai")).toBe("23:16");
    expect(clockTime(instant("2026-11-21T06:00:00Z"))).toBe("00:00");
  });

  it("adds the day when it is not today, and the year when it is another", () => {
    expect(dayAndTime(instant("2026-11-21T14:00:00Z"), AT)).toBe("08:00");
    expect(dayAndTime(instant("2026-11-20T14:00:00Z"), AT)).toBe("Nov 20, 08:00");
    expect(dayAndTime(instant("2025-11-20T14:00:00Z"), AT)).toBe("Nov 20, 2025, 08:00");
  });

  it("a tooltip says all of it, Arabic with Latin digits too", () => {
    expect(fullTime(AT)).toContain("Saturday, November 21, 2026");
    setLocale("ar");
    expect(fullTime(AT)).toContain("2026");
  });

  it("knows how far ahead another place is, half hours and summer time included", () => {
    expect(zoneDifference("Asia/Shanghai", AT)).toBe("+14 h");
    expect(zoneDifference("Asia/Kolkata", AT)).toBe("+11 h 30 min");
    expect(zoneDifference("America/Los_Angeles", AT)).toBe("−2 h");
    expect(zoneDifference("America/Mexico_City", AT)).toBe("0 h");
    expect(offset_min("Europe/Berlin", instant("2026-07-01T00:00:00Z"))).toBe(120);
    expect(offset_min("Europe/Berlin", AT)).toBe(60);
  });

  it("places a moment in its local day", () => {
    expect(dayFraction("Asia/Shanghai", AT)).toBeCloseTo((23 * 60 + 16) / 1440);
    expect(dayFraction("UTC", instant("2026-11-21T00:00:00Z"))).toBe(0);
  });
});

it("relative times speak as people do", () => {
  expect(relative(AT - 21 * 86_400_000, AT)).toBe("3 weeks ago");
  expect(relative(AT - 86_400_000, AT)).toBe("yesterday");
  expect(relative(AT + 300_000, AT)).toBe("in 5 minutes");
  expect(relative(AT - 20_000, AT)).toBe("now");
  setLocale("zh-Hans");
  expect(relative(AT - 21 * 86_400_000, AT)).toBe("3周前");
});
