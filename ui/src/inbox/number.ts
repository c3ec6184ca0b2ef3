/** Counts as the reader writes them: `1,204`. */
import { locale } from "../i18n/locale.svelte";

/** A whole number in the reader's language. */
export function numberText(n: number): string {
  return new Intl.NumberFormat(locale.intl).format(n);
}
