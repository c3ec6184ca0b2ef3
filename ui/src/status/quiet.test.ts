import { describe, expect, it } from "vitest";
import { instant } from "../shared/time";
import { isQuiet } from "./quiet";

const ZONE = "Asia/Shanghai";
const at = (clock: string) => instant(`2026-11-21T${clock}:00+08:00`);

describe("quiet hours", () => {
  it("are none unless somebody wants them", () => {
    expect(isQuiet(null, at("03:00"), ZONE)).toBe(false);
    expect(isQuiet({ from: "08:00", to: "08:00" }, at("08:00"), ZONE)).toBe(false);
  });

  it.each([
    ["11:59", false],
    ["12:00", true],
    ["12:59", true],
    ["13:00", false],
  ])("within a day, at %s: %s", (clock, quiet) => {
    expect(isQuiet({ from: "12:00", to: "13:00" }, at(clock), ZONE)).toBe(quiet);
  });

  it.each([
    ["21:59", false],
    ["22:00", true],
    ["23:59", true],
    ["00:00", true],
    ["06:59", true],
    ["07:00", false],
  ])("across midnight, at %s: %s", (clock, quiet) => {
    expect(isQuiet({ from: "22:00", to: "07:00" }, at(clock), ZONE)).toBe(quiet);
  });

  it("go by the reader's zone, not by the computer's", () => {
    expect(isQuiet({ from: "22:00", to: "07:00" }, at("23:00"), "Europe/Berlin")).toBe(false);
  });
});
