import { describe, expect, it } from "vitest";
import {
  focusOf,
  isComposing,
  type KeyLike,
  keyCaps,
  mayAct,
  parseKeys,
  SEQUENCE_PAUSE_MS,
  Sequence,
  strokeOf,
} from "./hotkeys";

type Held = Partial<KeyLike> & { altGraph?: boolean };

function key(key: string, held: Held = {}): KeyLike {
  return {
    key,
    code: "",
    keyCode: 0,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    repeat: false,
    timeStamp: 0,
    getModifierState: (name) => name === "AltGraph" && held.altGraph === true,
    ...held,
  };
}

describe("a key event becomes a stroke", () => {
  it.each([
    ["a letter", key("j"), "j"],
    ["a letter under Caps Lock", key("J"), "j"],
    ["a shifted letter", key("E", { shiftKey: true }), "Shift+e"],
    ["a symbol, whatever the layout needs to make it", key("?", { shiftKey: true }), "?"],
    ["a star", key("*", { shiftKey: true }), "*"],
    ["Ctrl with a letter", key("k", { ctrlKey: true }), "Mod+k"],
    ["Ctrl, Shift, Enter", key("Enter", { ctrlKey: true, shiftKey: true }), "Mod+Shift+Enter"],
    ["the space bar", key(" "), "Space"],
    ["Alt with an arrow", key("ArrowUp", { altKey: true }), "Alt+ArrowUp"],
    ["a Cyrillic layout, by place", key("о", { code: "KeyJ" }), "j"],
    ["an Arabic layout, by place", key("ق", { code: "KeyR" }), "r"],
    ["an Arabic question mark, by place", key("؟", { code: "Slash", shiftKey: true }), "?"],
    ["Ctrl on a Cyrillic layout", key("л", { code: "KeyK", ctrlKey: true }), "Mod+k"],
  ])("%s", (_name, event, stroke) => {
    expect(strokeOf(event, false)).toBe(stroke);
  });

  it.each([
    ["while an input method composes", key("Enter", { isComposing: true })],
    ["on the committing Enter that says it does not compose", key("Enter", { keyCode: 229 })],
    ["on AltGr, which makes letters", key("@", { altGraph: true })],
    ["on AltGr told as Ctrl and Alt", key("e", { ctrlKey: true, altKey: true })],
    ["on Alt with a letter", key("l", { altKey: true })],
    ["on the system's own modifier", key("k", { metaKey: true })],
    ["on a modifier alone", key("Shift", { shiftKey: true })],
    ["on a dead key", key("Dead")],
  ])("nothing happens %s", (_name, event) => {
    expect(strokeOf(event, false)).toBeUndefined();
  });

  it("takes ⌘ for Mod on a Mac, and leaves Ctrl to the system", () => {
    expect(strokeOf(key("k", { metaKey: true }), true)).toBe("Mod+k");
    expect(strokeOf(key("k", { ctrlKey: true }), true)).toBeUndefined();
  });

  it("knows a composing input method by either sign", () => {
    expect(isComposing({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(isComposing({ isComposing: true, keyCode: 0 })).toBe(true);
    expect(isComposing({ isComposing: false, keyCode: 13 })).toBe(false);
  });
});

describe("keys have one spelling", () => {
  it.each([
    ["shift+e", "Shift+e"],
    ["E", "Shift+e"],
    ["g  i", "g i"],
    ["mod+shift+Enter", "Mod+Shift+Enter"],
    [". .", ". ."],
    ["?", "?"],
    ["Alt+ArrowUp", "Alt+ArrowUp"],
  ])("%s is %s", (text, keys) => {
    expect(parseKeys(text)).toEqual({ keys });
  });

  it.each([
    ["", "empty"],
    ["Alt+l", "alt-with-character"],
    ["Mod+Alt+e", "alt-with-character"],
    ["hyper+x", "unknown"],
    ["a b c d", "too-long"],
  ])("%o cannot be bound: %s", (text, fault) => {
    expect(parseKeys(text)).toEqual({ fault });
  });

  it("shows caps that people know", () => {
    expect(keyCaps("Mod+Shift+Enter", true)).toEqual(["⌘", "⇧", "↵"]);
    expect(keyCaps("Mod+k", false)).toEqual(["Ctrl", "K"]);
    expect(keyCaps("g i", false)).toEqual(["G", "I"]);
    expect(keyCaps(". .", false)).toEqual([".", "."]);
  });
});

describe("the focus decides what keys may do", () => {
  const element = (html: string) => {
    document.body.innerHTML = html;
    return document.body.firstElementChild;
  };

  it("tells text, pressable and free places apart", () => {
    expect(focusOf(element("<textarea></textarea>"))).toBe("text");
    expect(focusOf(element("<input type=search>"))).toBe("text");
    expect(focusOf(element("<input type=checkbox>"))).toBe("pressable");
    expect(focusOf(element("<button>x</button>"))).toBe("pressable");
    expect(focusOf(element("<ol role=listbox tabindex=0></ol>"))).toBe("page");
    expect(focusOf(document)).toBe("page");
  });

  it("leaves letters to an open menu, which finds its items by them", () => {
    const menu = element("<div role=menu><div role=menuitem tabindex=-1>x</div></div>");
    expect(focusOf(menu?.firstElementChild ?? null)).toBe("text");
  });

  it("keeps letters for the text and lets Mod and Esc through", () => {
    expect(mayAct("r", "text")).toBe(false);
    expect(mayAct("Shift+e", "text")).toBe(false);
    expect(mayAct("Mod+Enter", "text")).toBe(true);
    expect(mayAct("Escape", "text")).toBe(true);
    expect(mayAct("ArrowUp", "text", true)).toBe(true);
  });

  it("leaves Enter and Space to a focused button", () => {
    expect(mayAct("Enter", "pressable")).toBe(false);
    expect(mayAct("Space", "pressable")).toBe(false);
    expect(mayAct("j", "pressable")).toBe(true);
  });
});

describe("sequences", () => {
  const bound = new Set(["g i", "g m", ".", ". .", "j", "x", "Mod+k"]);

  it("g i goes where it says", () => {
    const sequence = new Sequence();
    expect(sequence.step("g", 0, bound)).toEqual({ kind: "waits" });
    expect(sequence.step("i", 100, bound)).toEqual({ kind: "match", keys: "g i" });
  });

  it("a pause ends a sequence", () => {
    const sequence = new Sequence();
    sequence.step("g", 0, bound);
    expect(sequence.step("i", SEQUENCE_PAUSE_MS + 1, bound)).toEqual({ kind: "none" });
  });

  it("a slip inside a sequence does nothing, not something else", () => {
    const sequence = new Sequence();
    sequence.step("g", 0, bound);
    expect(sequence.step("x", 10, bound)).toEqual({ kind: "none" });
    expect(sequence.step("x", 20, bound)).toEqual({ kind: "match", keys: "x" });
  });

  it(". acts at once and .. says more", () => {
    const sequence = new Sequence();
    expect(sequence.step(".", 0, bound)).toEqual({ kind: "match", keys: "." });
    expect(sequence.step(".", 10, bound)).toEqual({ kind: "match", keys: ". ." });
    expect(sequence.step(".", 20, bound)).toEqual({ kind: "match", keys: "." });
    expect(sequence.step("j", 30, bound)).toEqual({ kind: "match", keys: "j" });
  });
});
