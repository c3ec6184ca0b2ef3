/**
 * The registry of commands: one table from which the palette, the cheat sheet, the keys and their
 * rebinding all follow.
 *
 * A command is declared once (`declare`), so that it is listed before any screen is up. What it
 * does is provided by the screen that can do it (`provide`), for as long as that screen stands;
 * the newest provider wins. A sheet opens a layer: while it is open, only its own commands act.
 *
 * Deliberately absent: any command (commands.ts), the DOM beyond one event, and storage: the
 * reader's keys are loaded and saved by the settings.
 */
import { SvelteMap } from "svelte/reactivity";
import type { GlyphName } from "./glyphs";
import {
  focusOf,
  isMac,
  type KeyLike,
  type KeysFault,
  mayAct,
  parseKeys,
  Sequence,
  strokeOf,
} from "./hotkeys";

export type Preset = string;

/** What is known of a command before anybody can do it. */
export type CommandSpec = {
  /** Stable, dotted-free: it stands in the reader's settings. */
  id: string;
  /** Message id of its name. */
  title: string;
  /** Message id of the heading it stands under. */
  group: string;
  /** Its sign in the palette. */
  icon?: GlyphName;
  /** Keys per preset; a preset that is not named takes those of the first. */
  keys?: Readonly<Record<Preset, readonly string[]>>;
  /** Acts while text is written, too (only keys without Mod need this). */
  in_text?: boolean;
  /** Acts again and again while its key is held down. */
  repeats?: boolean;
  /** Not offered in the palette: it makes sense only by key. */
  keys_only?: boolean;
};

/** What a screen can do. */
export type Handler = {
  run: () => unknown;
  /** Whether it makes sense now; true when absent. */
  when?: () => boolean;
};

/** A layer of the window: 0 is the page, each open sheet adds one. */
export type Layer = number;

type Provided = { id: string; handler: Handler; layer: Layer; order: number };

/** Why keys were not bound. */
export type BindFault = { fault: KeysFault } | { taken_by: CommandSpec };

export class Registry {
  readonly presets: readonly Preset[];
  preset = $state<Preset>("");
  #specs = new SvelteMap<string, CommandSpec>();
  #overrides = new SvelteMap<string, readonly string[]>();
  #provided = new SvelteMap<number, Provided>();
  #layers = $state<Layer[]>([0]);
  #next = 1;
  #sequence = new Sequence();
  #mac: boolean;

  constructor(presets: readonly [Preset, ...Preset[]], mac: boolean = isMac()) {
    this.presets = presets;
    this.preset = presets[0];
    this.#mac = mac;
  }

  /** Whether ⌘ takes the part of Ctrl; for key caps. */
  get mac(): boolean {
    return this.#mac;
  }

  /** Adds commands. An id or a default key that stands twice is the programmer's mistake. */
  declare(specs: readonly CommandSpec[]): void {
    for (const spec of specs) {
      if (this.#specs.has(spec.id)) throw new Error(`the command ${spec.id} stands twice`);
      this.#specs.set(spec.id, spec);
    }
  }

  /** Every command, in the order they were declared. */
  get specs(): CommandSpec[] {
    return [...this.#specs.values()];
  }

  /** Says how commands are done, until the returned function is called. */
  provide(handlers: Readonly<Record<string, Handler>>, layer: Layer = 0): () => void {
    const orders: number[] = [];
    for (const [id, handler] of Object.entries(handlers)) {
      if (!this.#specs.has(id)) throw new Error(`nobody declared the command ${id}`);
      const order = this.#next++;
      this.#provided.set(order, { id, handler, layer, order });
      orders.push(order);
    }
    return () => {
      for (const order of orders) this.#provided.delete(order);
    };
  }

  /** Opens a layer over the page; `leave` closes it wherever it lies. */
  enter(): { layer: Layer; leave: () => void } {
    const layer = this.#next++;
    this.#layers.push(layer);
    this.#sequence.reset();
    return {
      layer,
      leave: () => {
        this.#layers = this.#layers.filter((open) => open !== layer);
        this.#sequence.reset();
      },
    };
  }

  /** The layer that has the keys. */
  get top(): Layer {
    return this.#layers[this.#layers.length - 1] ?? 0;
  }

  /** Commands that can be done now in a layer, in the order of the table. */
  available(layer: Layer = this.top): CommandSpec[] {
    return this.specs.filter((spec) => this.#handlerOf(spec.id, layer) !== undefined);
  }

  /** Whether a command can be done now. */
  can(id: string, layer: Layer = this.top): boolean {
    return this.#handlerOf(id, layer) !== undefined;
  }

  /** Does a command; false if nobody can do it now. */
  run(id: string, layer: Layer = this.top): boolean {
    const handler = this.#handlerOf(id, layer);
    if (!handler) return false;
    handler.run();
    return true;
  }

  #handlerOf(id: string, layer: Layer): Handler | undefined {
    let newest: Provided | undefined;
    for (const provided of this.#provided.values()) {
      if (provided.id !== id || provided.layer !== layer) continue;
      if (!newest || provided.order > newest.order) newest = provided;
    }
    if (!newest) return undefined;
    return (newest.handler.when?.() ?? true) ? newest.handler : undefined;
  }

  /** The keys of a command: the reader's own, else the preset's. */
  keysOf(id: string): readonly string[] {
    const own = this.#overrides.get(id);
    if (own) return own;
    const keys = this.#specs.get(id)?.keys;
    return (keys?.[this.preset] ?? keys?.[this.presets[0] ?? ""] ?? []).map(spelled);
  }

  /** Whether the reader has bound other keys than the preset's. */
  isRebound(id: string): boolean {
    return this.#overrides.has(id);
  }

  /** Binds other keys; says why not, if not. An empty list leaves the command without keys. */
  rebind(id: string, keys: readonly string[]): BindFault | undefined {
    const bound: string[] = [];
    for (const text of keys) {
      const parsed = parseKeys(text);
      if ("fault" in parsed) return parsed;
      const taken_by = this.#ownerOf(parsed.keys, id);
      if (taken_by) return { taken_by };
      bound.push(parsed.keys);
    }
    this.#overrides.set(id, bound);
    return undefined;
  }

  /** Gives a command, or all of them, the preset's keys again. */
  reset(id?: string): void {
    if (id === undefined) this.#overrides.clear();
    else this.#overrides.delete(id);
  }

  /** The reader's own keys, to be saved. */
  get overrides(): Record<string, string[]> {
    return Object.fromEntries([...this.#overrides].map(([id, keys]) => [id, [...keys]]));
  }

  /** Takes saved keys; what no longer fits is left out. */
  load(preset: Preset, overrides: Readonly<Record<string, readonly string[]>>): void {
    this.preset = this.presets.includes(preset) ? preset : (this.presets[0] ?? preset);
    this.#overrides.clear();
    for (const [id, keys] of Object.entries(overrides)) {
      if (this.#specs.has(id)) this.rebind(id, keys);
    }
  }

  #ownerOf(keys: string, but: string): CommandSpec | undefined {
    return this.specs.find((spec) => spec.id !== but && this.keysOf(spec.id).includes(keys));
  }

  /**
   * Acts on a key event. True if the event was used (a command ran, or a sequence goes on); its
   * default is prevented then.
   */
  handle(
    event: KeyLike & Pick<KeyboardEvent, "target" | "preventDefault" | "defaultPrevented">,
  ): boolean {
    if (event.defaultPrevented) return false;
    const stroke = strokeOf(event, this.#mac);
    if (stroke === undefined) return false;
    const bound = this.#bound(focusOf(event.target), event.repeat);
    const step = this.#sequence.step(stroke, event.timeStamp, new Set(bound.keys()));
    if (step.kind === "none") return false;
    event.preventDefault();
    if (step.kind === "match") {
      const id = bound.get(step.keys);
      if (id !== undefined) this.run(id);
    }
    return true;
  }

  /** Keys that may act now, with their commands. */
  #bound(focus: ReturnType<typeof focusOf>, repeat: boolean): Map<string, string> {
    const bound = new Map<string, string>();
    for (const spec of this.available()) {
      if (repeat && !spec.repeats) continue;
      for (const keys of this.keysOf(spec.id)) {
        const first = keys.split(" ")[0] ?? keys;
        if (mayAct(first, focus, spec.in_text)) bound.set(keys, spec.id);
      }
    }
    return bound;
  }
}

function spelled(text: string): string {
  const parsed = parseKeys(text);
  if ("fault" in parsed) throw new Error(`the default keys ${text}: ${parsed.fault}`);
  return parsed.keys;
}
