/** Counts as the reader writes them: `1,204`. */
import { numberFormat } from "../i18n/intl";
import { locale } from "../i18n/locale.svelte";

/** A whole number in the reader's language. */
export function numberText(n: number): string {
  return numberFormat(locale.intl).format(n);
}
