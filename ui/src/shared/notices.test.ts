import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NOTICE_S, NOTICES_MAX, notices } from "./notices.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const { id } of notices.list) notices.drop(id);
  vi.useRealTimers();
});

const texts = () => notices.list.map(({ text }) => text);

it("a notice goes by itself; a hot one waits for an answer", () => {
  notices.add({ text: "saved" });
  notices.add({ text: "P0", hot: true });
  vi.advanceTimersByTime(NOTICE_S * 1000);
  expect(texts()).toEqual(["P0"]);
});

it("its act is done once, and takes it away", () => {
  const run = vi.fn();
  const id = notices.add({ text: "sending", act: { label: "Undo", run }, lasts_s: 10 });
  expect(notices.newest?.id).toBe(id);
  notices.act(id);
  notices.act(id);
  expect(run).toHaveBeenCalledOnce();
  expect(texts()).toEqual([]);
});

it("too many push out the oldest calm one, never a hot one", () => {
  notices.add({ text: "P0", hot: true });
  for (let n = 1; n <= NOTICES_MAX; n += 1) notices.add({ text: `calm ${n}` });
  expect(texts()).toEqual(["P0", "calm 2", "calm 3", "calm 4"]);
});

it("undo means the newest that can be undone", () => {
  notices.add({ text: "first", act: { label: "Undo", run: () => {} } });
  notices.add({ text: "only tells" });
  expect(notices.newest?.text).toBe("first");
});
