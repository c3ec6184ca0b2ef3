/** Words that come back: an answer of the desk's first, then their composer, with every key kept. */
import { t } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import type { Undone } from "../ipc/generated";
import { ahead } from "../shared/ahead";
import { tell } from "../ticket/act";
import { flushDrafts } from "./draft.svelte";

/** Takes an operation back; its words join what is being written in their composer. */
export async function takeWordsBack(takeBack: () => Promise<Undone>): Promise<void> {
  const { draft } = await takeBack();
  if (draft) await call("draft.resume", { draft: draft.id });
}

/**
 * Brings words back by `answer`, which makes them a draft. What is being written is saved before,
 * because they join it; what is typed meanwhile is kept for the composer. False if it failed.
 */
export async function bringBack(answer: () => Promise<unknown>): Promise<boolean> {
  ahead.begin(t("composer-reply"));
  try {
    await flushDrafts();
    await answer();
    return true;
  } catch (thrown) {
    await ahead.end();
    tell(thrown);
    return false;
  }
}
