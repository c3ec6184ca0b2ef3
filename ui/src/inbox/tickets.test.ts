import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connect } from "../ipc/call";
import type { NoticeView, PageRequest, RowView } from "../ipc/generated";
import { PAGE_ROWS } from "./paging";
import { Tickets } from "./tickets.svelte";

let total = 100_000;
let shift = 0;
let asked: PageRequest[] = [];
const leaves: (() => void)[] = [];
let tell: (notice: NoticeView) => void = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  [total, shift, asked] = [100_000, 0, []];
  connect({
    call: async (_, request) => {
      const page = request as PageRequest;
      asked.push(page);
      const length = Math.max(0, Math.min(page.limit, total - page.offset));
      const rows = Array.from({ length }, (_, row) => ({
        ticket: `t${page.offset + row - shift}`,
      })) as unknown as RowView[];
      return { total, offset: page.offset, rows };
    },
    subscribe: (hear) => {
      tell = hear;
      return () => {};
    },
  });
});
afterEach(() => {
  for (const leave of leaves.splice(0)) leave();
  vi.useRealTimers();
});

async function list(around?: (exchange: () => void) => void) {
  const tickets = new Tickets({ view: "all" }, "due", around);
  const leave = tickets.follow();
  leaves.push(leave);
  await vi.advanceTimersByTimeAsync(1000);
  return { tickets, leave };
}

const offsets = () => asked.map(({ offset }) => offset);

it("of a hundred thousand rows the first page is read, and then what comes into sight", async () => {
  const { tickets } = await list();
  expect(tickets.total).toBe(100_000);
  expect(offsets()).toEqual([0]);
  tickets.see(50_095, 50_120);
  await vi.advanceTimersByTimeAsync(10);
  expect(offsets()).toEqual([0, 50_050, 50_100]);
  expect(tickets.row(50_110)?.ticket).toBe("t50110");
  tickets.see(50_096, 50_121);
  await vi.advanceTimersByTimeAsync(10);
  expect(asked.length).toBe(3);
});

it("at a notice only what is in sight is read again; the rest is forgotten", async () => {
  const { tickets } = await list();
  tickets.see(50_010, 50_030);
  await vi.advanceTimersByTimeAsync(10);
  asked = [];
  shift = 1;
  tell({ noun: "list" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(offsets()).toEqual([50_000]);
  expect(tickets.row(50_011)?.ticket).toBe("t50010");
  expect(tickets.row(0)).toBeUndefined();
});

it("tells where a ticket went, so that the reader's place can be kept", async () => {
  const places: number[] = [];
  let around = (exchange: () => void) => exchange();
  const { tickets } = await list((exchange) => around(exchange));
  around = (exchange) => {
    places.push(tickets.indexOf("t40"));
    exchange();
    places.push(tickets.indexOf("t40"));
  };
  shift = 2;
  tell({ noun: "everything" });
  await vi.advanceTimersByTimeAsync(1000);
  flushSync();
  expect(places).toEqual([40, 42]);
});

it("a range reaches over pages that are not here", async () => {
  const { tickets } = await list();
  const found = await tickets.range(350, 95);
  expect(found.length).toBe(256);
  expect([found[0], found.at(-1)]).toEqual(["t95", "t350"]);
});

it("a failure is told and the rows stay", async () => {
  const { tickets } = await list();
  connect({
    call: async () => {
      throw { code: "internal", message: "no", params: {} };
    },
    subscribe: () => () => {},
  });
  tickets.ask();
  await vi.advanceTimersByTimeAsync(1000);
  expect(tickets.failure?.code).toBe("internal");
  expect(tickets.row(PAGE_ROWS - 1)?.ticket).toBe("t49");
});

it("whoever left hears nothing any more", async () => {
  const { leave } = await list();
  leave();
  asked = [];
  tell({ noun: "list" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([]);
});
