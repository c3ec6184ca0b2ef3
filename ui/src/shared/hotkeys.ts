/**
 * Hotkeys: from a key event to a stroke, and from strokes to a command's id.
 *
 * A stroke is written `Mod+Shift+Enter`, `Shift+E`, `j`, `?`; a sequence is strokes with spaces
 * between them: `g i`. Symbols stand for the character they produce, wherever a layout keeps it.
 *
 * What never happens here: acting while an input method composes, on AltGr, or on Alt with a
 * character (these produce letters on many layouts).
 */

/** What is read of a KeyboardEvent. */
export type KeyLike = Pick<
  KeyboardEvent,
  | "key"
  | "code"
  | "keyCode"
  | "ctrlKey"
  | "metaKey"
  | "altKey"
  | "shiftKey"
  | "isComposing"
  | "repeat"
  | "timeStamp"
> & { getModifierState(name: string): boolean };

/** Longest pause inside a sequence, milliseconds. */
export const SEQUENCE_PAUSE_MS = 1200;
/** Most strokes in a sequence. */
export const SEQUENCE_STROKES_MAX = 3;

const MODIFIER_KEYS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Fn"]);

/** Keys by place, for layouts whose letters are not Latin. */
const PLACE: Record<string, readonly [plain: string, shifted: string]> = {
  Slash: ["/", "?"],
  Period: [".", ">"],
  Digit8: ["8", "*"],
};

/** True while an input method has the keys: its Enter must not send, its Esc must not close. */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether ⌘ takes the part of Ctrl. */
export function isMac(platform: string = navigator.platform): boolean {
  return /mac|iphone|ipad/i.test(platform);
}

/**
 * The stroke an event makes, or undefined if it makes none: a modifier alone, a composing input
 * method, AltGr, Alt with a character, or the system's own modifier.
 */
export function strokeOf(event: KeyLike, mac: boolean): string | undefined {
  if (isComposing(event) || MODIFIER_KEYS.has(event.key) || event.key === "Dead") return undefined;
  if (event.getModifierState("AltGraph")) return undefined;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const foreign = mac ? event.ctrlKey : event.metaKey;
  if (foreign) return undefined;
  const character = characterOf(event);
  if (event.altKey && character !== undefined) return undefined;
  const named = character ?? (event.key === " " ? "Space" : event.key);
  // A symbol already tells that Shift was held; a letter or a named key does not.
  const shift = event.shiftKey && (character === undefined || /^[a-z]$/.test(character));
  return strokeText({ mod, alt: event.altKey, shift, key: named });
}

/** The printable character meant by an event, letters in lower case; undefined for named keys. */
function characterOf(event: KeyLike): string | undefined {
  if ([...event.key].length !== 1 || event.key === " ") return undefined;
  if (event.key > " " && event.key <= "~") return event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter !== undefined) return letter.toLowerCase();
  return PLACE[event.code]?.[event.shiftKey ? 1 : 0] ?? event.key.toLowerCase();
}

type Stroke = { mod: boolean; alt: boolean; shift: boolean; key: string };

function strokeText({ mod, alt, shift, key }: Stroke): string {
  return `${mod ? "Mod+" : ""}${alt ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

/** Why keys cannot be bound. */
export type KeysFault = "empty" | "too-long" | "alt-with-character" | "unknown";

/**
 * Keys in their one spelling, or why they cannot be bound.
 * `shift+e` and `Shift+E` are the same; `E` alone means Shift+E.
 */
export function parseKeys(text: string): { keys: string } | { fault: KeysFault } {
  const strokes = text.trim().split(/\s+/).filter(Boolean);
  if (strokes.length === 0) return { fault: "empty" };
  if (strokes.length > SEQUENCE_STROKES_MAX) return { fault: "too-long" };
  const parsed: string[] = [];
  for (const stroke of strokes) {
    const one = parseStroke(stroke);
    if ("fault" in one) return one;
    parsed.push(strokeText(one));
  }
  return { keys: parsed.join(" ") };
}

function parseStroke(text: string): Stroke | { fault: KeysFault } {
  const parts = text === "+" ? ["+"] : text.split("+");
  const key = parts.pop() ?? "";
  if (key === "") return { fault: "unknown" };
  const held = new Set(parts.map((part) => part.toLowerCase()));
  for (const name of held) if (!["mod", "alt", "shift"].includes(name)) return { fault: "unknown" };
  const single = [...key].length === 1;
  const alt = held.has("alt");
  if (alt && (single || key === "Space")) return { fault: "alt-with-character" };
  const letter = /^[a-z]$/i.test(key);
  const shift = held.has("shift") || (letter && key !== key.toLowerCase() && parts.length === 0);
  return { mod: held.has("mod"), alt, shift, key: letter ? key.toLowerCase() : key };
}

/** Key caps for a reader: `Mod+Shift+Enter` → ⌘ ⇧ ↵ or Ctrl ⇧ ↵. One cap an item. */
export function keyCaps(keys: string, mac: boolean): string[] {
  return keys.split(" ").flatMap((stroke) =>
    (stroke === "+" ? ["+"] : stroke.split("+")).map((part) => {
      if (part === "Mod") return mac ? "⌘" : "Ctrl";
      return CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    }),
  );
}

const CAPS: Record<string, string> = {
  Shift: "⇧",
  Alt: "⌥",
  Enter: "↵",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Backspace: "⌫",
  Delete: "⌦",
  PageUp: "PgUp",
  PageDown: "PgDn",
};

/** Where the focus is, as far as keys care. */
export type Focus = "page" | "text" | "pressable";

const PRESSABLE =
  "button, a[href], summary, [role=button], [role=link], [role=tab], [role=radio]," +
  "[role=checkbox], [role=switch], [role^=menuitem], input";

/** Whether keys typed here are text, would press something, or are free. */
export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return "page";
  // A menu finds its items by their first letters.
  if (target.closest("[role=menu], [data-keys=own]")) return "text";
  if (target.matches("textarea, select, [role=textbox], [role=searchbox]")) return "text";
  if (target instanceof HTMLElement && target.isContentEditable) return "text";
  if (target.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit])")) {
    return "text";
  }
  return target.matches(PRESSABLE) ? "pressable" : "page";
}

/** Whether a stroke may act while the focus is there. */
export function mayAct(stroke: string, focus: Focus, inText = false): boolean {
  if (focus === "page") return true;
  if (stroke.startsWith("Mod+") || /^(Shift\+)?F\d+$/.test(stroke)) return true;
  if (focus === "pressable") return !/^(Shift\+)?(Enter|Space|Arrow\w+)$/.test(stroke);
  return inText || stroke === "Escape";
}

/** What a stroke led to. */
export type Step =
  | { kind: "none" }
  /** The stroke begins or continues a sequence; nothing to run yet. */
  | { kind: "waits" }
  /** These keys are complete; longer ones may still follow. */
  | { kind: "match"; keys: string };

/** Follows strokes through sequences. Time comes with the events. */
export class Sequence {
  #typed: string[] = [];
  #last_ms = Number.NEGATIVE_INFINITY;
  /** True if what was typed so far has already run as a command of its own. */
  #ran = false;

  /** `bound` holds every sequence that may act now, in the spelling of `parseKeys`. */
  step(stroke: string, at_ms: number, bound: ReadonlySet<string>): Step {
    if (at_ms - this.#last_ms > SEQUENCE_PAUSE_MS) this.reset();
    this.#last_ms = at_ms;
    const step = this.#follow([...this.#typed, stroke], bound);
    if (step.kind !== "none" || this.#typed.length === 0) return step;
    // `g x` is a slip and must not select; after `.`, which has run, `j` stands for itself.
    const restart = this.#ran;
    this.reset();
    return restart ? this.#follow([stroke], bound) : { kind: "none" };
  }

  /** Forgets the strokes typed so far. */
  reset(): void {
    this.#typed = [];
    this.#ran = false;
  }

  #follow(typed: string[], bound: ReadonlySet<string>): Step {
    const keys = typed.join(" ");
    const longer = [...bound].some((other) => other.startsWith(`${keys} `));
    const whole = bound.has(keys);
    if (longer) {
      this.#typed = typed;
      this.#ran = whole;
    } else if (whole) {
      this.reset();
    }
    if (whole) return { kind: "match", keys };
    return longer ? { kind: "waits" } : { kind: "none" };
  }
}
