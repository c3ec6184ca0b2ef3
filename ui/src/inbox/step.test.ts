import { describe, expect, it } from "vitest";
import { afterLeaving, Beside, stepFrom } from "./step";

describe("one step", () => {
  it.each([
    ["begins at the first", -1, 1, false, 0],
    ["begins at the last, going up", -1, -1, false, 9],
    ["goes on", 3, 1, false, 4],
    ["goes back", 3, -1, false, 2],
    ["stops at the end", 9, 1, false, undefined],
    ["stops at the beginning", 0, -1, false, undefined],
    ["takes the one that slid up when the ticket left", 3, 1, true, 3],
    ["goes back from where the ticket was", 3, -1, true, 2],
    ["takes the last when the last one left", 10, 1, true, 9],
  ] as const)("%s", (_, from, by, gone, next) => {
    expect(stepFrom(from, by, 10, gone)).toBe(next);
  });

  it("goes nowhere in an empty list", () => {
    expect(stepFrom(-1, 1, 0, false)).toBeUndefined();
  });
});

describe("after a ticket is done", () => {
  it("the one after it comes next, whether it has left the list or not", () => {
    expect(afterLeaving(3, 3, 10)).toBe(4);
    expect(afterLeaving(-1, 3, 9)).toBe(3);
  });

  it("at the end the one before it", () => {
    expect(afterLeaving(9, 9, 10)).toBe(8);
    expect(afterLeaving(-1, 9, 9)).toBe(8);
  });

  it("nothing comes after the last one of all", () => {
    expect(afterLeaving(0, 0, 1)).toBeUndefined();
    expect(afterLeaving(-1, 0, 0)).toBeUndefined();
  });
});

describe("a ticket that is sorted away under its reader", () => {
  const before = ["a", "b", "c", "d"];
  const come = (ticket: string) => {
    let rows = before;
    const beside = new Beside({
      row: (index) => (rows[index] === undefined ? undefined : { ticket: rows[index] }),
      indexOf: (one) => rows.indexOf(one),
    });
    beside.come(ticket, before.indexOf(ticket));
    return (now: string[], by: 1 | -1) => {
      rows = now;
      const row = beside.step(now.indexOf(ticket), by, now.length);
      return row === undefined ? undefined : now[row];
    };
  };

  it("leaves her beside those that were beside it", () => {
    const step = come("b");
    expect(step(["a", "c", "d", "b"], 1)).toBe("c");
    expect(step(["a", "c", "d", "b"], -1)).toBe("a");
    expect(step(["b", "a", "c", "d"], 1)).toBe("c");
  });

  it("leaves her at its old row when those have gone, too", () => {
    expect(come("b")(["a", "d", "b"], 1)).toBe("d");
  });

  it("changes nothing while it stays", () => {
    expect(come("b")(before, 1)).toBeUndefined();
    expect(come("b")(["a", "c", "d"], 1)).toBeUndefined();
  });
});
