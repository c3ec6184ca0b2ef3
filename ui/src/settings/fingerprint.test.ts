import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint";

test("a hash is pairs of capital digits with colons", () => {
  expect(fingerprint("00ab1f")).toBe("00:AB:1F");
  expect(fingerprint("")).toBe("");
});
