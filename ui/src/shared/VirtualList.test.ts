import { cleanup, render, screen } from "@testing-library/svelte";
import { createRawSnippet, flushSync } from "svelte";
import { afterEach, expect, it, vi } from "vitest";
import VirtualList from "./VirtualList.svelte";

afterEach(cleanup);

const HEIGHT_PX = 440;
const ROW_PX = 44;

/** A window on the list that is as high as ten rows; scrolling is told by hand. */
function eyes() {
  let see: (offset: number) => void = () => {};
  let at = 0;
  return {
    observe: {
      observeElementRect: (_: unknown, tell: (rect: { width: number; height: number }) => void) =>
        tell({ width: 352, height: HEIGHT_PX }),
      observeElementOffset: (_: unknown, tell: (offset: number, scrolling: boolean) => void) => {
        see = (offset) => tell(offset, false);
        tell(at, false);
      },
      scrollToFn: (offset: number) => {
        at = offset;
        see(offset);
      },
    },
    scroll: (offset: number) => {
      see(offset);
      flushSync();
    },
    where: () => at,
  };
}

const row = createRawSnippet((index: () => number) => ({
  render: () => `<span>row ${index()}</span>`,
}));

function list(more: Record<string, unknown> = {}) {
  const sight = eyes();
  const view = render(VirtualList, {
    count: 100_000,
    active: -1,
    label: "Tickets",
    row_px: ROW_PX,
    row: row as never,
    observe: sight.observe as never,
    ...more,
  });
  flushSync();
  const box = screen.getByRole("listbox");
  Object.defineProperty(box, "scrollHeight", { value: 100_000 * ROW_PX });
  Object.defineProperty(box, "clientHeight", { value: HEIGHT_PX });
  return { ...sight, view, box };
}

function press(box: Element, key: string, more: KeyboardEventInit = {}) {
  box.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );
  flushSync();
}

it("draws what is seen first, and a moment later what is beyond its edges", async () => {
  const { view } = list();
  const drawn = () => screen.getAllByRole("option").length;
  expect(drawn()).toBe(10);
  await vi.waitFor(() => {
    flushSync();
    expect(drawn()).toBe(18);
  });
  view.unmount();
});

it("of a hundred thousand rows only those in sight are drawn", () => {
  const { box } = list();
  expect(screen.getAllByRole("option").length).toBeLessThan(40);
  expect(screen.getByText("row 0")).toBeTruthy();
  const space = box.firstElementChild as HTMLElement;
  expect(space.style.blockSize).toBe(`${100_000 * ROW_PX}px`);
});

it("scrolling draws others and says which must be loaded", () => {
  const onrange = vi.fn();
  const { scroll } = list({ onrange });
  scroll(50_000 * ROW_PX);
  expect(screen.getByText("row 50000")).toBeTruthy();
  expect(screen.queryByText("row 0")).toBeNull();
  const [first, last] = onrange.mock.lastCall as [number, number];
  expect(first).toBeLessThanOrEqual(50_000);
  expect(last).toBeGreaterThanOrEqual(50_009);
});

it("says to a screen reader which row of how many is current", () => {
  const { box } = list({ active: 3 });
  const option = document.getElementById(box.getAttribute("aria-activedescendant") ?? "");
  expect(option?.getAttribute("aria-posinset")).toBe("4");
  expect(option?.getAttribute("aria-setsize")).toBe("100000");
  expect(option?.getAttribute("aria-current")).toBe("true");
});

it("arrow, page and end keys move the current row and bring it into sight", () => {
  const onactive = vi.fn();
  const { box, where } = list({ onactive });
  press(box, "ArrowDown");
  expect(onactive).toHaveBeenLastCalledWith(0);
  press(box, "PageDown");
  expect(onactive).toHaveBeenLastCalledWith(10);
  press(box, "End");
  expect(onactive).toHaveBeenLastCalledWith(99_999);
  expect(where()).toBeGreaterThan(4_000_000);
  press(box, "ArrowDown");
  expect(onactive).toHaveBeenLastCalledWith(99_999);
});

it("Shift extends the choice; Ctrl and a click toggle one row", () => {
  const onchoose = vi.fn();
  const onopen = vi.fn();
  const { box } = list({ active: 2, multiple: true, onchoose, onopen });
  press(box, "ArrowDown", { shiftKey: true });
  expect(onchoose).toHaveBeenLastCalledWith(2, 3, "extend");
  screen
    .getByText("row 5")
    .dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
  expect(onchoose).toHaveBeenLastCalledWith(5, 5, "toggle");
  expect(onopen).not.toHaveBeenCalled();
});

it("Enter and a click open a row; keys of an input method do not", () => {
  const onopen = vi.fn();
  const { box } = list({ active: 1, onopen });
  press(box, "Enter", { isComposing: true });
  expect(onopen).not.toHaveBeenCalled();
  press(box, "Enter");
  expect(onopen).toHaveBeenLastCalledWith(1);
  screen.getByText("row 4").dispatchEvent(new MouseEvent("click", { bubbles: true }));
  expect(onopen).toHaveBeenLastCalledWith(4);
});

it("a list that shrinks draws no row beyond its end", async () => {
  const { view } = list();
  await view.rerender({ count: 3 });
  flushSync();
  expect(screen.getAllByRole("option").map((option) => option.textContent?.trim())).toEqual([
    "row 0",
    "row 1",
    "row 2",
  ]);
});

it("chosen rows are told apart from the current one", () => {
  list({ active: 0, multiple: true, isChosen: (index: number) => index === 2 });
  const options = screen.getAllByRole("option");
  expect(options[0]?.getAttribute("aria-selected")).toBe("false");
  expect(options[0]?.getAttribute("aria-current")).toBe("true");
  expect(options[2]?.getAttribute("aria-selected")).toBe("true");
});
