/** Operations in words: what each asks for, how far it has come, why it could not be. */
import { has } from "../i18n/catalogue";
import { t } from "../i18n/locale.svelte";
import type { DraftKind, Need, OutboxItem, PersonView } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";
import { sizeText } from "../ticket/bytes";

/** `reply@1` → `reply`. */
export function kindOf(name: string): string {
  return name.split("@")[0] ?? name;
}

/** What an operation does, without what it says. */
export function operationName(name: string): string {
  return t(`operation-${kindOf(name)}`);
}

/** Codes that operations on fields carry as their summary, and where their words stand. */
const WORDS: Readonly<Record<string, string>> = {
  status: "status",
  severity: "severity",
  stage: "stage",
  solve: "resolution",
  send_and_solve: "resolution",
};

/** What an operation says, in one line; codes in the reader's words. */
export function summaryText({ name, summary }: Pick<OutboxItem, "name" | "summary">): string {
  const words = `${WORDS[kindOf(name)]}-${summary.toLowerCase()}`;
  if (!has(words)) return summary;
  return kindOf(name) === "severity" ? `${summary.toUpperCase()} ${t(words)}` : t(words);
}

/** An operation in one line: a reply by its reader, everything else by what it says. */
export function titleOf(item: Pick<OutboxItem, "name" | "summary" | "requester">): string {
  const kind = kindOf(item.name);
  if (kind === "reply" || kind === "send_and_solve") {
    return t(`operation-${kind}-to`, { name: item.requester });
  }
  const what = operationName(item.name);
  if (kindOfWords(item.name) || item.summary === "") return what;
  return t("operation-said", { what, said: summaryText(item) });
}

const GLYPHS: Readonly<Record<string, GlyphName>> = {
  create: "plus",
  reply: "reply",
  note: "lock",
  send_and_solve: "reply",
  subject: "draft",
  status: "status-open",
  severity: "flag",
  assign: "person",
  claim: "hand",
  tags: "tag",
  resource_link: "server",
  resource_unlink: "server",
  stage: "chevron",
  solve: "check",
  reopen: "undo",
  attach: "clip",
};

/** The sign of an operation. */
export function operationGlyph(name: string): GlyphName {
  const kind = kindOf(name);
  return GLYPHS[kind] ?? (kind.startsWith("escalat") ? "escalate" : "swap");
}

/** For whom the words are that an operation carries, which become a draft when it comes back. */
export function kindOfWords(name: string): DraftKind | undefined {
  return WORDS_FOR[kindOf(name)];
}

const WORDS_FOR: Readonly<Record<string, DraftKind>> = {
  reply: "reply",
  send_and_solve: "reply",
  note: "note",
};

/** How far an operation has come. */
export function stateText({ state, upload_bytes }: OutboxItem): string {
  if (state === "written" && upload_bytes > 0) {
    return t("outbox-waits-file", { size: sizeText(upload_bytes) });
  }
  return t(state === "written" ? "outbox-waits" : `outbox-${state}`);
}

/** Why an operation is held: after its name, or as a sentence of its own. */
export function heldText(held: HeldReasons, alone = false): string {
  const words = kindOfWords(held.name) !== undefined;
  if (held.reason.why !== "newer_words") {
    return t(alone ? "outbox-why-needs" : "held-needs-not-accepted");
  }
  if (alone) return t(words ? "outbox-why-words" : "outbox-why-solve");
  const customer = held.newer.length === 0 || held.newer.some(({ person }) => person.customer);
  if (customer) return t(words ? "held-newer-words" : "held-newer-words-solve");
  const name = held.newer.at(-1)?.person.name ?? "";
  return t(words ? "held-newer-words-by" : "held-newer-words-solve-by", { name });
}

type HeldReasons = Pick<Extract<Need, { need: "held" }>, "name" | "reason" | "newer">;

/** Why an operation could not be. */
export function refusalText(why: string, by: PersonView | null): string {
  if (why === "fault") return t("outcome-fault");
  if (why === "already_taken" && by !== null)
    return t("refusal-already_taken-by", { name: by.name });
  return has(`refusal-${why}`) ? t(`refusal-${why}`) : t("refusal-unknown", { code: why });
}
