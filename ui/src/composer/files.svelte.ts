/** Files being added to a draft, one after the other, and what went wrong with them. */
import { t } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import { DeskError, shown } from "../ipc/error";
import { sizeText } from "../ticket/bytes";
import type { Coming } from "./DraftFiles.svelte";
import type { Draft } from "./draft.svelte";
import { FILE_BYTES_MAX, FILES_MAX, type FileFault, faultOf, upload } from "./upload";

export class DraftFileQueue {
  /** On their way, or refused. */
  coming = $state<Coming[]>([]);
  #next = 1;
  #last: Promise<void> = Promise.resolve();

  /** Whether a file is still on its way. */
  get busy(): boolean {
    return this.coming.some(({ fault }) => fault === undefined);
  }

  /** Adds files to a draft in the order they were given. */
  add(files: Iterable<File>, draft: Draft): void {
    for (const file of files) {
      const id = this.#next++;
      const already = (draft.saved?.attachments.length ?? 0) + this.#running();
      const fault = faultOf(file, already);
      this.coming.push({ id, name: file.name, share: 0, fault: fault && faultText(file, fault) });
      if (fault === undefined) this.#last = this.#last.then(() => this.#bring(file, id, draft));
    }
  }

  /** Takes a refused file off the list. */
  forget(id: number): void {
    this.coming = this.coming.filter((one) => one.id !== id);
  }

  /** Takes a file off a draft. */
  async remove(hash: string, draft: Draft): Promise<void> {
    if (draft.saved) {
      draft.takeFiles(await call("attachment.remove", { draft: draft.saved.id, hash }));
    }
  }

  #running(): number {
    return this.coming.filter(({ fault }) => fault === undefined).length;
  }

  async #bring(file: File, id: number, draft: Draft): Promise<void> {
    const entry = () => this.coming.find((one) => one.id === id);
    try {
      // The draft's own save goes first: both would make it, were there none yet.
      await draft.flush();
      const saved = await upload(file, draft, (share) => {
        const one = entry();
        if (one) one.share = share;
      });
      draft.takeFiles(saved);
      this.forget(id);
    } catch (thrown) {
      const one = entry();
      if (one) one.fault = thrownText(file, thrown);
    }
  }
}

function thrownText(file: File, thrown: unknown): string {
  if (thrown instanceof DOMException) return faultText(file, "unreadable");
  // This server takes less than others.
  const limit = thrown instanceof DeskError ? thrown.params.limit_bytes : undefined;
  return limit ? faultText(file, "too-large", Number(limit)) : shown(thrown).text;
}

function faultText({ name }: File, fault: FileFault, limit_bytes = FILE_BYTES_MAX): string {
  if (fault === "too-many") return t("composer-file-too-many", { n: FILES_MAX });
  if (fault === "unreadable") return t("composer-file-unreadable", { name });
  return t("composer-file-too-large", { name, limit: sizeText(limit_bytes) });
}
