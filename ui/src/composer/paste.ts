/**
 * Pasting. Files go beside the words. Words that no message can hold stay outside: with them in it
 * a field would stand still for minutes. They are offered as a file instead.
 */
import { t } from "../i18n/locale.svelte";
import { notices } from "../shared/notices.svelte";
import { sizeText } from "../ticket/bytes";
import { TEXT_BYTES_MAX } from "./block";

/** Longest text taken at once, bytes of UTF-8: what is a little too long is cut in the field. */
export const PASTED_BYTES_MAX = 2 * TEXT_BYTES_MAX;

/** Takes what cannot stand in the field; false if the field may have it. */
export function takePasted(
  data: Pick<DataTransfer, "files" | "getData"> | null,
  add: (files: readonly File[]) => void,
): boolean {
  if (!data) return false;
  if (data.files.length > 0) {
    add([...data.files]);
    return true;
  }
  const words = data.getData("text/plain");
  const size_bytes = new TextEncoder().encode(words).length;
  if (size_bytes <= PASTED_BYTES_MAX) return false;
  const slots = { size: sizeText(size_bytes), limit: sizeText(TEXT_BYTES_MAX) };
  const run = () => add([new File([words], "pasted.txt", { type: "text/plain" })]);
  notices.add({
    text: t("composer-paste-too-long", slots),
    icon: "alert",
    lasts_s: NOTICE_S,
    act: { label: t("composer-paste-as-file"), run },
  });
  return true;
}

/** How long the offer stands, seconds. */
const NOTICE_S = 20;
