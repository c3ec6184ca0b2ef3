import { describe, expect, it, vi } from "vitest";
import { type CommandSpec, Registry } from "./registry.svelte";

const SPECS: CommandSpec[] = [
  {
    id: "next",
    title: "command-next",
    group: "group-move",
    repeats: true,
    keys: { holdfast: ["j"], zendesk: ["Mod+ArrowDown"] },
  },
  { id: "solve", title: "command-solve-next", group: "group-finish", keys: { holdfast: ["e"] } },
  { id: "inbox", title: "command-go-inbox", group: "group-go", keys: { holdfast: ["g i"] } },
  { id: "send", title: "command-send", group: "group-write", keys: { holdfast: ["Mod+Enter"] } },
  { id: "back", title: "command-back", group: "group-move", keys: { holdfast: ["Escape"] } },
  { id: "palette", title: "command-palette", group: "group-app", keys: { holdfast: ["Mod+k"] } },
];

function fresh(): Registry {
  const registry = new Registry(["holdfast", "zendesk"], false);
  registry.declare(SPECS);
  return registry;
}

function press(
  registry: Registry,
  key: string,
  more: Partial<KeyboardEventInit> = {},
  at = body(),
) {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more });
  let used = false;
  const listen = (heard: Event) => {
    used = registry.handle(heard as KeyboardEvent);
  };
  window.addEventListener("keydown", listen, { once: true });
  at.dispatchEvent(event);
  return { used, prevented: event.defaultPrevented };
}

function body(html = "<main tabindex=-1></main>"): Element {
  document.body.innerHTML = html;
  return document.body.firstElementChild as Element;
}

describe("a command", () => {
  it("is listed before anybody can do it, and runs when somebody can", () => {
    const registry = fresh();
    const run = vi.fn();
    expect(registry.specs.map(({ id }) => id)).toContain("solve");
    expect(press(registry, "e")).toEqual({ used: false, prevented: false });
    const take_back = registry.provide({ solve: { run } });
    expect(press(registry, "e")).toEqual({ used: true, prevented: true });
    expect(run).toHaveBeenCalledOnce();
    take_back();
    expect(registry.can("solve")).toBe(false);
  });

  it("is done by whoever came last", () => {
    const registry = fresh();
    const [list, search] = [vi.fn(), vi.fn()];
    registry.provide({ next: { run: list } });
    const close = registry.provide({ next: { run: search } });
    press(registry, "j");
    close();
    press(registry, "j");
    expect(search).toHaveBeenCalledOnce();
    expect(list).toHaveBeenCalledOnce();
  });

  it("does nothing where it makes no sense", () => {
    const registry = fresh();
    const run = vi.fn();
    registry.provide({ solve: { run, when: () => false } });
    expect(press(registry, "e").used).toBe(false);
    expect(registry.available()).toEqual([]);
    expect(registry.run("solve")).toBe(false);
  });

  it("that nobody declared cannot be provided, and none is declared twice", () => {
    const registry = fresh();
    expect(() => registry.provide({ nonsense: { run: vi.fn() } })).toThrow("nonsense");
    expect(() => registry.declare(SPECS)).toThrow("twice");
  });
});

describe("keys", () => {
  it("of one letter are text in a text field; with Mod they act there, too", () => {
    const registry = fresh();
    const [solve, send] = [vi.fn(), vi.fn()];
    registry.provide({ solve: { run: solve }, send: { run: send } });
    press(registry, "e", {}, body("<textarea></textarea>"));
    expect(solve).not.toHaveBeenCalled();
    press(registry, "Enter", { ctrlKey: true }, body("<textarea></textarea>"));
    expect(send).toHaveBeenCalledOnce();
  });

  it("never send while an input method composes", () => {
    const registry = fresh();
    const run = vi.fn();
    registry.provide({ send: { run } });
    press(registry, "Enter", { ctrlKey: true, isComposing: true });
    press(registry, "Enter", { ctrlKey: true, keyCode: 229 } as KeyboardEventInit);
    expect(run).not.toHaveBeenCalled();
  });

  it("held down repeat a move, never a decision", () => {
    const registry = fresh();
    const [next, solve] = [vi.fn(), vi.fn()];
    registry.provide({ next: { run: next }, solve: { run: solve } });
    press(registry, "j", { repeat: true });
    press(registry, "e", { repeat: true });
    expect(next).toHaveBeenCalledOnce();
    expect(solve).not.toHaveBeenCalled();
  });

  it("in sequence lead to a place", () => {
    const registry = fresh();
    const run = vi.fn();
    registry.provide({ inbox: { run } });
    expect(press(registry, "g")).toEqual({ used: true, prevented: true });
    press(registry, "i");
    expect(run).toHaveBeenCalledOnce();
  });

  it("of the page rest while a sheet is open", () => {
    const registry = fresh();
    const [solve, back, inner] = [vi.fn(), vi.fn(), vi.fn()];
    registry.provide({ solve: { run: solve }, back: { run: back } });
    const { layer, leave } = registry.enter();
    registry.provide({ send: { run: inner } }, layer);
    press(registry, "e");
    press(registry, "Escape");
    press(registry, "Enter", { ctrlKey: true });
    expect(solve).not.toHaveBeenCalled();
    expect(back).not.toHaveBeenCalled();
    expect(inner).toHaveBeenCalledOnce();
    expect(registry.available(0).map(({ id }) => id)).toEqual(["solve", "back"]);
    leave();
    press(registry, "e");
    expect(solve).toHaveBeenCalledOnce();
  });
});

describe("rebinding", () => {
  it("follows a preset, and the first one where it says nothing", () => {
    const registry = fresh();
    registry.load("zendesk", {});
    expect(registry.keysOf("next")).toEqual(["Mod+ArrowDown"]);
    expect(registry.keysOf("solve")).toEqual(["e"]);
  });

  it("takes other keys and gives them back", () => {
    const registry = fresh();
    const run = vi.fn();
    registry.provide({ solve: { run } });
    expect(registry.rebind("solve", ["d"])).toBeUndefined();
    press(registry, "e");
    expect(run).not.toHaveBeenCalled();
    press(registry, "d");
    expect(run).toHaveBeenCalledOnce();
    expect(registry.overrides).toEqual({ solve: ["d"] });
    registry.reset("solve");
    expect(registry.keysOf("solve")).toEqual(["e"]);
  });

  it("refuses keys that are taken, and Alt with a letter", () => {
    const registry = fresh();
    expect(registry.rebind("solve", ["j"])).toMatchObject({ taken_by: { id: "next" } });
    expect(registry.rebind("solve", ["Alt+e"])).toEqual({ fault: "alt-with-character" });
    expect(registry.keysOf("solve")).toEqual(["e"]);
  });

  it("loads what was saved and drops what no longer fits", () => {
    const registry = fresh();
    registry.load("unknown", { solve: ["d"], gone: ["x"], send: ["Alt+s"] });
    expect(registry.preset).toBe("holdfast");
    expect(registry.overrides).toEqual({ solve: ["d"] });
  });
});
