/** Sizes and bytes of files, as people read them and as the border carries them. */
import { numberFormat } from "../i18n/intl";
import { locale } from "../i18n/locale.svelte";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1024;

/** `412 kB`, `38 MB`, `10 bytes`, in the reader's language. */
export function sizeText(bytes: number): string {
  const rank = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / STEP ** rank;
  return numberFormat(locale.intl, {
    style: "unit",
    unit: UNITS[rank] ?? "byte",
    unitDisplay: rank === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && rank > 0 ? 1 : 0,
  }).format(value);
}

// Longer argument lists overflow the stack of some engines.
const RUN_BYTES = 0x8000;

/** Base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += RUN_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + RUN_BYTES));
  }
  return btoa(binary);
}

/** The bytes of a base64 text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
