import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands";
import type { KeyLike } from "../shared/hotkeys";
import { Registry } from "../shared/registry.svelte";
import { type Captured, capture } from "./capture";

const key = (name: string, more: Partial<KeyLike> = {}): KeyLike => ({
  key: name,
  code: "",
  keyCode: 0,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  repeat: false,
  timeStamp: 0,
  getModifierState: () => false,
  ...more,
});

function press(...events: KeyLike[]): Captured | undefined {
  let strokes: readonly string[] = [];
  let last: Captured | undefined;
  for (const event of events) {
    last = capture(strokes, event, false);
    if (last?.kind === "strokes") strokes = last.strokes;
  }
  return last;
}

describe("pressing keys to bind them", () => {
  it("strokes gather until Enter keeps them", () => {
    expect(press(key("g"), key("i"), key("Enter"))).toEqual({ kind: "keep", keys: "g i" });
    const held = key("e", { ctrlKey: true, shiftKey: true });
    expect(press(held, key("Enter"))).toEqual({ kind: "keep", keys: "Mod+Shift+e" });
  });

  it("Esc leaves; Backspace takes the last one back", () => {
    expect(press(key("g"), key("Escape"))).toEqual({ kind: "leave" });
    expect(press(key("g"), key("i"), key("Backspace"))).toEqual({
      kind: "strokes",
      strokes: ["g"],
    });
  });

  it("Alt with a character is refused, since it writes on many keyboards", () => {
    expect(press(key("l", { altKey: true }))).toEqual({
      kind: "refused",
      fault: "alt-with-character",
    });
  });

  it("a fourth stroke and nothing at all are refused", () => {
    expect(press(key("a"), key("b"), key("c"), key("d"))).toMatchObject({ fault: "too-long" });
    expect(press(key("Enter"))).toMatchObject({ fault: "empty" });
  });

  it("an input method keeps its keys, and a modifier alone is no stroke", () => {
    expect(press(key("a", { isComposing: true }))).toBeUndefined();
    expect(press(key("Shift", { shiftKey: true }))).toBeUndefined();
  });
});

describe("binding what was pressed", () => {
  const registry = () => {
    const made = new Registry(["holdfast", "zendesk"], false);
    made.declare(COMMANDS);
    return made;
  };

  it("keys of another command are refused with its name, and nothing changes", () => {
    const keys = registry();
    const refused = keys.rebind("assign", ["r"]);
    expect(refused).toMatchObject({ taken_by: { id: "reply" } });
    expect(keys.keysOf("assign")).toEqual(["a"]);
    expect(keys.overrides).toEqual({});
  });

  it("keys that a command gave up are free for another", () => {
    const keys = registry();
    expect(keys.rebind("reply", ["Shift+r"])).toBeUndefined();
    expect(keys.rebind("assign", ["r"])).toBeUndefined();
    expect(keys.overrides).toEqual({ reply: ["Shift+r"], assign: ["r"] });
  });

  it("a preset that takes a key away from one's own leaves the preset's in place", () => {
    const keys = registry();
    keys.rebind("assign", ["c"]);
    keys.load("zendesk", keys.overrides);
    expect(keys.keysOf("reply")).toEqual(["c"]);
    expect(keys.keysOf("assign")).toEqual(["a"]);
  });
});
