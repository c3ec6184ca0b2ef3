import { afterEach, expect, it, vi } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import { notices } from "../shared/notices.svelte";
import { PASTED_BYTES_MAX, takePasted } from "./paste";

setLocale("en");
const add = vi.fn();
const words = (text: string) => ({ files: [] as unknown as FileList, getData: () => text });

afterEach(() => {
  add.mockClear();
  for (const { id } of notices.list) notices.drop(id);
});

it("words go into the field, also some more than a message holds", () => {
  expect(takePasted(words("kelp"), add)).toBe(false);
  expect(takePasted(words("x".repeat(PASTED_BYTES_MAX)), add)).toBe(false);
  expect(takePasted(null, add)).toBe(false);
});

it("words that no message holds stay outside and can be attached", async () => {
  const text = "屏".repeat(PASTED_BYTES_MAX / 3 + 1);
  expect(takePasted(words(text), add)).toBe(true);
  expect(notices.newest?.text).toContain("not pasted");
  notices.act(notices.newest?.id ?? 0);
  const files: File[] = add.mock.calls.flat(2);
  expect(await files[0]?.text()).toBe(text);
});

it("files are taken beside the words", () => {
  const file = new File(["x"], "x.png");
  const files = [file] as unknown as FileList;
  expect(takePasted({ files, getData: () => "x" }, add)).toBe(true);
  expect(add).toHaveBeenCalledWith([file]);
});
