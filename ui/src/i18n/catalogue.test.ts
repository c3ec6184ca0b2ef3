import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Entry,
  FluentParser,
  type Message,
  type Pattern,
  type SelectExpression,
  type VariableReference,
  Visitor,
} from "@fluent/syntax";
import { describe, expect, it } from "vitest";
import { format, formatParts } from "./catalogue";
import { LOCALES, type LocaleTag } from "./locales";

const ROOT = join(import.meta.dirname, "../../../locales");
const UI = join(import.meta.dirname, "..");

type Text = { variables: Set<string>; selects: SelectExpression[] };

function textsOf(tag: LocaleTag): Map<string, Text> {
  const texts = new Map<string, Text>();
  for (const file of readdirSync(join(ROOT, tag))) {
    const resource = new FluentParser().parse(readFileSync(join(ROOT, tag, file), "utf8"));
    for (const entry of resource.body as readonly Entry[]) {
      if (entry.type === "Junk") throw new Error(`${tag}/${file}: ${entry.content}`);
      if (entry.type !== "Message") continue;
      for (const [id, pattern] of patternsOf(entry as Message)) {
        if (texts.has(id)) throw new Error(`${tag}/${file}: ${id} stands twice`);
        texts.set(id, read(pattern));
      }
    }
  }
  return texts;
}

function patternsOf(message: Message): [string, Pattern][] {
  const own: [string, Pattern][] = message.value ? [[message.id.name, message.value]] : [];
  const attributes = message.attributes.map(({ id, value }): [string, Pattern] => [
    `${message.id.name}.${id.name}`,
    value,
  ]);
  return [...own, ...attributes];
}

function read(pattern: Pattern): Text {
  const text: Text = { variables: new Set(), selects: [] };
  class Reader extends Visitor {
    override visitVariableReference(node: VariableReference) {
      text.variables.add(node.id.name);
    }
    override visitSelectExpression(node: SelectExpression) {
      text.selects.push(node);
      this.genericVisit(node);
    }
  }
  new Reader().visit(pattern);
  return text;
}

function pluralNames(select: SelectExpression): string[] {
  return select.variants.flatMap(({ key }) => (key.type === "Identifier" ? [key.name] : []));
}

const english = textsOf("en");

describe.each(LOCALES.map(({ tag }) => tag))("the catalogue in %s", (tag) => {
  const texts = textsOf(tag);

  it("has every message, and none that English lacks", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("uses the same arguments; only a count may be left unsaid", () => {
    for (const [id, { variables }] of english) {
      const own = texts.get(id)?.variables ?? new Set();
      const wanted = [...variables].filter((name) => name !== "n" || own.has("n"));
      expect([...own].sort(), id).toEqual(wanted.sort());
    }
  });

  it("counts with every plural its grammar knows", () => {
    const known = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const [id, { selects }] of texts) {
      for (const select of selects) {
        if (isOrdinal(select)) continue;
        const names = pluralNames(select);
        const missing = known.filter((name) => !names.includes(name));
        expect(missing, id).toEqual([]);
        expect(
          names.filter((name) => !known.includes(name as Intl.LDMLPluralRule)),
          id,
        ).toEqual([]);
      }
    }
  });

  it("counts wherever English counts, unless its nouns have no plural", () => {
    if (new Intl.PluralRules(tag).resolvedOptions().pluralCategories.length === 1) return;
    for (const [id, { selects }] of english) {
      if (selects.some((select) => !isOrdinal(select))) {
        expect(texts.get(id)?.selects.length, id).toBeGreaterThan(0);
      }
    }
  });
});

function isOrdinal({ selector }: SelectExpression): boolean {
  return selector.type === "FunctionReference";
}

function sources(folder: string): { name: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !/\.test\.ts$|generated\.ts$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}

describe("the window's own words", () => {
  const files = sources(UI);

  it("every message that is asked for exists", () => {
    for (const { name, text } of files) {
      for (const [, id = ""] of text.matchAll(/\b(?:t|tParts)\(\s*"([^"]+)"/g)) {
        expect(english.has(id), `${name}: ${id}`).toBe(true);
      }
      for (const [, id = ""] of text.matchAll(/<Rich\s[^>]*?\bid="([^"]+)"/g)) {
        expect(english.has(id), `${name}: ${id}`).toBe(true);
      }
      for (const [, prefix = ""] of text.matchAll(/\b(?:t|tParts)\(\s*`([a-z_-]+)\$\{/g)) {
        const found = [...english.keys()].some((id) => id.startsWith(prefix));
        expect(found, `${name}: ${prefix}…`).toBe(true);
      }
    }
  });

  it("no text stands in a component, nor in an attribute that is read out", () => {
    for (const { name, text } of files.filter(({ name }) => name.endsWith(".svelte"))) {
      expect(literalTexts(text), name).toEqual([]);
    }
  });

  it("no style attribute stands in a component: the window's policy would drop it", () => {
    for (const { name, text } of files.filter(({ name }) => name.endsWith(".svelte"))) {
      expect(/\sstyle="/.test(markupOf(text)), name).toBe(false);
    }
  });

  it("finds a literal where there is one", () => {
    expect(literalTexts("<b>Save</b>")).toEqual(["Save"]);
    expect(literalTexts('<button aria-label="Close"></button>')).toEqual(["Close"]);
    expect(literalTexts("<b>{t('x')} · {n}</b>")).toEqual([]);
  });
});

function markupOf(component: string): string {
  return component
    .replace(/<script[\s\S]*?<\/script>/g, "")
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/<!--[\s\S]*?-->/g, "");
}

/** Letters between tags, and in attributes that people read or hear. */
function literalTexts(component: string): string[] {
  const markup = withoutBraces(markupOf(component));
  const attributes = markup.matchAll(/\s(?:aria-label|title|placeholder|alt|label)="([^"]*)"/g);
  const read = [...attributes].map(([, value = ""]) => value);
  const between = markup.replace(/<[^>]*>/g, "\n").split("\n");
  return [...read, ...between].map((run) => run.trim()).filter((run) => /\p{L}/u.test(run));
}

function withoutBraces(markup: string): string {
  let depth = 0;
  let kept = "";
  for (const character of markup) {
    if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    else if (depth === 0) kept += character;
  }
  return kept;
}

describe("formatting", () => {
  it("isolates names, so that they keep their direction", () => {
    expect(format("ar", "composer-send-to", { name: "Elena" })).toBe("أرسل إلى \u2068Elena\u2069");
  });

  it("counts in the reader's grammar", () => {
    const plain = (tag: LocaleTag, n: number) =>
      format(tag, "bar-saved-here", { n }).replace(/[\u2068\u2069]/g, "");
    expect(plain("en", 1)).toBe("1 change saved on this computer");
    expect(plain("en", 3)).toBe("3 changes saved on this computer");
    expect(plain("ar", 3)).toBe("3 تغييرات محفوظة على هذا الحاسوب");
    expect(plain("ar", 2)).toBe("تغييران محفوظان على هذا الحاسوب");
    expect(plain("zh-Hans", 3)).toBe("3 项更改已保存在本机");
  });

  it("says hands as ordinals", () => {
    const hands = (n: number) =>
      format("en", "assignee-hands", { n }).replace(/[\u2068\u2069]/g, "");
    expect([1, 2, 3, 4, 21].map(hands)).toEqual([
      "1st hands",
      "2nd hands",
      "3rd hands",
      "4th hands",
      "21st hands",
    ]);
  });

  it("cuts a message at its slots, in the order of each language", () => {
    const slots = { name: "王伟" };
    expect(formatParts("en", "composer-send-to", slots)).toEqual([
      { text: "Send to " },
      { slot: "name", text: "王伟" },
    ]);
    expect(formatParts("en", "sent-in", slots, { time: "8 s" })).toEqual([
      { text: "Sending to " },
      { slot: "name", text: "王伟" },
      { text: " in \u20688 s\u2069" },
    ]);
  });

  it("shows the id of a message nobody has written", () => {
    expect(format("en", "no-such-message")).toBe("no-such-message");
  });
});
