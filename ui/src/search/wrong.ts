/** Where a query cannot be understood, and why. Places come in characters, not in UTF-16 units. */
import { has } from "../i18n/catalogue";
import { t } from "../i18n/locale.svelte";
import { DeskError } from "../ipc/error";

export type Wrong = {
  /** The part that is wrong, as a UTF-16 range of the query, end excluded; empty at a gap. */
  mark: readonly [start: number, end: number];
  text: string;
};

/** What is wrong with a query; undefined if the failure is another one. */
export function wrongOf(query: string, thrown: unknown): Wrong | undefined {
  if (!(thrown instanceof DeskError) || thrown.code !== "bad_query") return undefined;
  const { at = "0", len = "0", why = "" } = thrown.params;
  const characters = [...query];
  const units = (count: number) => characters.slice(0, count).join("").length;
  const start = units(Number(at));
  const end = units(Number(at) + Number(len));
  const id = `search-wrong-${why}`;
  return { mark: [start, end], text: has(id) ? t(id) : t("error-bad_query") };
}
