import { describe, expect, it } from "vitest";
import { farthest, PAGES_MAX, pagesOf, placeOf } from "./paging";

describe("the pages around what is seen", () => {
  it.each([
    [0, 20, 100_000, [0]],
    [40, 60, 100_000, [0, 1]],
    [50, 99, 100_000, [1]],
    [99_990, 100_010, 100_000, [1999]],
    [0, 20, 3, [0]],
    [300, 320, 50, [0]],
    [0, 20, 0, []],
  ])("rows %i to %i of %i lie on %j", (first, last, total, pages) => {
    expect(pagesOf(first, last, total)).toEqual(pages);
  });

  it("a row stands on its page", () => {
    expect(placeOf(0)).toEqual({ page: 0, row: 0 });
    expect(placeOf(49)).toEqual({ page: 0, row: 49 });
    expect(placeOf(12_345)).toEqual({ page: 246, row: 45 });
  });
});

describe("letting go", () => {
  it("nothing goes while there is room", () => {
    expect(farthest([0, 1, 2], [1])).toEqual([]);
  });

  it("the farthest pages go first, those in sight never", () => {
    const kept = Array.from({ length: PAGES_MAX + 3 }, (_, page) => page * 10);
    const gone = farthest(kept, [0]);
    expect(gone.sort((a, b) => a - b)).toEqual([0, 1, 2].map((past) => (PAGES_MAX + past) * 10));
  });
});
