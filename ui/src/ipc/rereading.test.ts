import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PAUSE_MS, Rereading } from "./rereading";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("many notices during a reading lead to one more, after a pause", async () => {
  const read = vi.fn(async () => {});
  const rereading = new Rereading(read);
  for (let notice = 0; notice < 10; notice += 1) rereading.ask();
  expect(read).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(read).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(10 * PAUSE_MS);
  expect(read).toHaveBeenCalledTimes(2);
});

it("two readings never run side by side", async () => {
  let running = 0;
  let most = 0;
  const rereading = new Rereading(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((done) => setTimeout(done, 1000));
    running -= 1;
  });
  rereading.ask();
  await vi.advanceTimersByTimeAsync(500);
  rereading.ask();
  await vi.advanceTimersByTimeAsync(5000);
  expect(most).toBe(1);
});

it("whoever stops reads no more", async () => {
  const read = vi.fn(async () => {});
  const rereading = new Rereading(read);
  rereading.ask();
  rereading.ask();
  rereading.stop();
  await vi.advanceTimersByTimeAsync(10 * PAUSE_MS);
  expect(read).toHaveBeenCalledTimes(1);
});
