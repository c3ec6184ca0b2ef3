/** What keeps words from being sent, and the language they are likely in. */
import { t } from "../i18n/locale.svelte";
import type { TicketView } from "../ipc/generated";
import { shortTag } from "../shared/direction";
import { sizeText } from "../ticket/bytes";
import type { Draft } from "./draft.svelte";
import { holes } from "./holes";

/** Longest text, bytes of UTF-8. */
export const TEXT_BYTES_MAX = 128 * 1024;

/** Why words cannot be sent yet. */
export type Block = { why: "empty" | "holes" | "too-long" | "files"; text: string };

/** Why nothing can be written here at all; undefined when it can. */
export function silence({ row, may }: TicketView): string | undefined {
  if (row.category === "closed") return t("composer-closed");
  return may.work ? undefined : t("composer-not-allowed");
}

/** What is in the way; undefined when nothing is. */
export function blockOf(
  text: string,
  empty: boolean,
  files: "coming" | "lost" | undefined,
): Block | undefined {
  if (empty || text.trim() === "") return { why: "empty", text: t("composer-empty") };
  const open = holes(text);
  if (open.length > 0) {
    return { why: "holes", text: t("composer-holes", { n: open.length, names: open.join(", ") }) };
  }
  const over_bytes = new TextEncoder().encode(text).length - TEXT_BYTES_MAX;
  if (over_bytes > 0) {
    return { why: "too-long", text: t("composer-too-long", { size: sizeText(over_bytes) }) };
  }
  if (files === "coming") return { why: "files", text: t("composer-files-coming") };
  return files === "lost" ? { why: "files", text: t("composer-file-lost") } : undefined;
}

/** The language of a text: as the desk detected it, else the customer's (BCP 47). */
export function textLanguage(draft: Pick<Draft, "saved">, view: TicketView): string {
  return draft.saved?.language ?? view.row.language;
}

/** Latin letters before which the language of a text is a guess; other scripts tell at once. */
export const TELLING_LETTERS = 20;

/** Whether a reply is written in a language that its reader is not known to read. */
export function unreadable(
  text: string,
  language: string | null,
  { contact, row }: TicketView,
): boolean {
  if (language === null) return false;
  const letters = text.match(/\p{L}/gu)?.join("") ?? "";
  if (/^\p{Script=Latin}*$/u.test(letters) && letters.length < TELLING_LETTERS) return false;
  const read = [contact?.language ?? row.language, ...(contact?.also_reads ?? [])].map(shortTag);
  return !read.includes(shortTag(language));
}
