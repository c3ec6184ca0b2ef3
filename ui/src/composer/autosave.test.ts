import { beforeEach, describe, expect, it } from "vitest";
import { Autosave, RETRY_FIRST_MS, TYPING_PAUSE_MS, UNSAVED_MAX_MS } from "./autosave";

type Call = { text: string; settle: (version: number) => void; fail: () => void };

/** A desk that answers when the test says so, and a clock that goes when it is pushed. */
function world() {
  const calls: Call[] = [];
  const saved: [number, string][] = [];
  let failed = 0;
  let now_ms = 0;
  let timers: { due_ms: number; run: () => void }[] = [];
  const autosave = new Autosave<number>({
    save: (text) =>
      new Promise((resolve, reject) => {
        calls.push({ text, settle: resolve, fail: () => reject(new Error("disk full")) });
      }),
    onsaved: (version, text) => saved.push([version, text]),
    onfailed: () => {
      failed += 1;
    },
    later: (run, after_ms) => {
      const timer = { due_ms: now_ms + after_ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    now_ms: () => now_ms,
  });
  const pass = (ms: number) => {
    now_ms += ms;
    const due = timers.filter(({ due_ms }) => due_ms <= now_ms);
    timers = timers.filter(({ due_ms }) => due_ms > now_ms);
    for (const { run } of due) run();
  };
  return { autosave, calls, saved, pass, failures: () => failed };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("a text that is typed", () => {
  let it_is: ReturnType<typeof world>;
  beforeEach(() => {
    it_is = world();
  });

  it("is saved after a pause, once", () => {
    const { autosave, calls, pass } = it_is;
    autosave.type("h");
    pass(TYPING_PAUSE_MS - 1);
    autosave.type("ha");
    pass(TYPING_PAUSE_MS - 1);
    expect(calls).toHaveLength(0);
    pass(1);
    expect(calls.map(({ text }) => text)).toEqual(["ha"]);
  });

  it("is saved without a pause when typing does not end", () => {
    const { autosave, calls, pass } = it_is;
    for (let ms = 0; ms < UNSAVED_MAX_MS; ms += 100) {
      autosave.type(`t${ms}`);
      pass(100);
    }
    expect(calls).toHaveLength(1);
  });

  it("never overtakes an older save", async () => {
    const { autosave, calls, saved, pass } = it_is;
    autosave.type("one");
    pass(TYPING_PAUSE_MS);
    autosave.type("two");
    pass(TYPING_PAUSE_MS);
    expect(calls).toHaveLength(1);
    calls[0]?.settle(1);
    await settled();
    pass(TYPING_PAUSE_MS);
    expect(calls.map(({ text }) => text)).toEqual(["one", "two"]);
    calls[1]?.settle(2);
    await settled();
    expect(saved).toEqual([
      [1, "one"],
      [2, "two"],
    ]);
    expect(autosave.clean).toBe(true);
  });

  it("is held when a save fails, and tried again", async () => {
    const { autosave, calls, pass, failures } = it_is;
    autosave.type("words");
    pass(TYPING_PAUSE_MS);
    calls[0]?.fail();
    await settled();
    expect(autosave.clean).toBe(false);
    expect(failures()).toBe(1);
    pass(RETRY_FIRST_MS);
    expect(calls.map(({ text }) => text)).toEqual(["words", "words"]);
  });

  it("is not overwritten by an older one that failed", async () => {
    const { autosave, calls, pass } = it_is;
    autosave.type("old");
    pass(TYPING_PAUSE_MS);
    autosave.type("new");
    calls[0]?.fail();
    await settled();
    pass(RETRY_FIRST_MS);
    expect(calls.at(-1)?.text).toBe("new");
  });

  it("is saved at once before the window goes", async () => {
    const { autosave, calls } = it_is;
    autosave.type("half a sente");
    const flushed = autosave.flush();
    await settled();
    expect(calls.map(({ text }) => text)).toEqual(["half a sente"]);
    calls[0]?.settle(1);
    await flushed;
    expect(autosave.clean).toBe(true);
  });

  it("a flush waits for the save before it and saves what came after", async () => {
    const { autosave, calls, pass } = it_is;
    autosave.type("one");
    pass(TYPING_PAUSE_MS);
    autosave.type("two");
    let done = false;
    const flushed = autosave.flush().then(() => {
      done = true;
    });
    calls[0]?.settle(1);
    await settled();
    expect(done).toBe(false);
    calls[1]?.settle(2);
    await flushed;
    expect(calls.map(({ text }) => text)).toEqual(["one", "two"]);
  });

  it("is not saved again once it was sent", async () => {
    const { autosave, calls, pass } = it_is;
    autosave.type("sent");
    await autosave.drop();
    pass(UNSAVED_MAX_MS);
    expect(calls).toHaveLength(0);
    expect(autosave.clean).toBe(true);
  });
});
