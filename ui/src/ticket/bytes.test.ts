import { afterEach, expect, it } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import { fromBase64, sizeText, toBase64 } from "./bytes";

afterEach(() => setLocale("en"));

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [412 * 1024, "412 kB"],
  [1536, "1.5 kB"],
  [38 * 1024 * 1024, "38 MB"],
  [3 * 1024 ** 3, "3 GB"],
])("%i bytes are %s", (bytes, text) => {
  setLocale("en");
  expect(sizeText(bytes)).toBe(text);
});

it("bytes come back as they went, more of them than one call can take", () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});
