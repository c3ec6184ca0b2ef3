/** A long list of which only what is seen is drawn: @tanstack/virtual-core, read through runes. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { untrack } from "svelte";

type Full = VirtualizerOptions<HTMLElement, HTMLElement>;

/** What a list says of itself. Rows are of one height unless `measure` is used. */
export type VirtualOptions = {
  count: number;
  /** The element that scrolls; null until it stands. */
  scroller: HTMLElement | null;
  /** Height of a row, pixels; an estimate when rows are measured. */
  row_px: number;
  keyOf?: ((index: number) => string | number) | undefined;
  /** For tests: how the scroller's size and place are seen. */
  observe?: Partial<Pick<Full, "observeElementRect" | "observeElementOffset" | "scrollToFn">>;
};

export type Virtual = {
  /** What is drawn, with its place. */
  readonly items: VirtualItem[];
  /** Height of the whole list, pixels. */
  readonly total_px: number;
  /** Brings a row into sight, as little as needed. */
  reveal(index: number): void;
  /** Whole rows that fit. */
  readonly page: number;
  /** Measures a row whose height is its own; needs `data-index` on it. */
  measure(row: HTMLElement): void;
};

/** Rows drawn beyond each edge, so that scrolling finds them there. */
const OVERSCAN = 8;

/** Call while a component initialises; `options` may read runes. */
export function createVirtual(options: () => VirtualOptions): Virtual {
  let version = $state(0);
  let overscan = $state(0);
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>(full(untrack(now), changed));

  function now() {
    return { ...options(), overscan };
  }

  function changed() {
    version += 1;
  }

  $effect(() => virtualizer._didMount());
  $effect(() => {
    virtualizer.setOptions(full(now(), changed));
    virtualizer._willUpdate();
    untrack(changed);
  });
  // What nobody sees yet is drawn when what is seen stands on the screen.
  $effect(() => {
    if (options().count === 0) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => (overscan = OVERSCAN));
    });
    return () => cancelAnimationFrame(frame);
  });
  $effect(() => {
    const { row_px } = options();
    untrack(() => {
      if (row_px > 0) virtualizer.measure();
    });
  });

  return {
    get items() {
      void version;
      return virtualizer.getVirtualItems();
    },
    get total_px() {
      void version;
      return virtualizer.getTotalSize();
    },
    get page() {
      void version;
      const { row_px } = options();
      return Math.max(1, Math.floor((virtualizer.scrollRect?.height ?? 0) / row_px));
    },
    reveal: (index) => virtualizer.scrollToIndex(index, { align: "auto" }),
    measure: (row) => virtualizer.measureElement(row),
  };
}

function full(options: VirtualOptions & { overscan: number }, onChange: () => void): Full {
  const { count, scroller, row_px, overscan, keyOf, observe } = options;
  return {
    count,
    overscan,
    onChange,
    getScrollElement: () => scroller,
    estimateSize: () => row_px,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    ...(keyOf ? { getItemKey: keyOf } : {}),
    ...observe,
  };
}
