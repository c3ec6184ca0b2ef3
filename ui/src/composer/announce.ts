/** What is said when words have left the composer, and how they are called back. */
import { t } from "../i18n/locale.svelte";
import type { Acted, DraftKind, Undone } from "../ipc/generated";
import { notices } from "../shared/notices.svelte";
import { duration } from "../shared/time";
import { status } from "../status/status.svelte";
import { leftToUndo_s, offerUndo } from "../ticket/act";
import { bringBack, takeWordsBack } from "./back";

/** What left, to whom, and what happens when it is called back. */
export type Left = { kind: DraftKind; name: string; onundone: () => void };

/** Says that words have left; as long as nobody has seen them they can be called back. */
export function announce(acted: Acted, { kind, name, onundone }: Left): void {
  const left_s = leftToUndo_s(acted);
  if (left_s === undefined) {
    notices.add({ text: t(kind === "reply" ? "sent-saved" : "note-saved"), icon: "saved" });
    return;
  }
  const reply = kind === "reply";
  offerUndo(acted, {
    text: reply ? leaving(name, left_s) : t("note-saved"),
    live: reply ? () => leaving(name, leftToUndo_s(acted) ?? 1) : undefined,
    icon: reply ? "send" : "lock",
    undo: (takeBack) => void callBack(takeBack, onundone),
  });
}

// Without a network nothing leaves in so many seconds.
function leaving(name: string, left_s: number): string {
  if (status.offline) return t("sent-offline", { name });
  return t("sent-in", { name, time: duration(left_s) });
}

async function callBack(takeBack: () => Promise<Undone>, onundone: () => void): Promise<void> {
  if (!(await bringBack(() => takeWordsBack(takeBack)))) return;
  notices.add({ text: t("send-undone"), icon: "undo" });
  onundone();
}
