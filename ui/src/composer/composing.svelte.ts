/**
 * What is being written on one ticket: the reply and the note, which of them is in front, and how
 * they leave. The two never touch each other's words.
 */
import { t } from "../i18n/locale.svelte";
import { subscribe } from "../ipc/call";
import { type Shown, shown } from "../ipc/error";
import type { DraftKind, DraftView, SolveWith, TicketView } from "../ipc/generated";
import { notices } from "../shared/notices.svelte";
import { act, tell } from "../ticket/act";
import { announce } from "./announce";
import { type Block, blockOf } from "./block";
import { type Draft, draftOf, flushDrafts } from "./draft.svelte";
import { DraftFileQueue } from "./files.svelte";

export class Composing {
  readonly queue = new DraftFileQueue();
  readonly drafts: Readonly<Record<DraftKind, Draft>>;
  kind = $state<DraftKind>("reply");
  /** Why the last try to send failed. */
  refused = $state.raw<Shown>();

  constructor(view: TicketView) {
    const { row } = view;
    this.drafts = { reply: draftOf(row.ticket, "reply"), note: draftOf(row.ticket, "note") };
    const [reply, note] = [begunIn(view, "reply"), begunIn(view, "note")];
    this.drafts.reply.begin(reply);
    this.drafts.note.begin(note);
    if (note && !reply) this.kind = "note";
  }

  /** The draft in front. */
  get draft(): Draft {
    return this.drafts[this.kind];
  }

  /** What keeps it from being sent. */
  get block(): Block | undefined {
    const lost = (this.draft.saved?.lost.length ?? 0) > 0;
    const files = this.queue.busy ? "coming" : lost ? "lost" : undefined;
    return blockOf(this.draft.text, this.draft.empty, files);
  }

  /** Takes over what the desk has, now and at each notice, until the returned function is called. */
  follow(): () => void {
    const both = () => void Promise.all([this.drafts.reply.sync(), this.drafts.note.sync()]);
    both();
    const leave = subscribe(({ noun }) => {
      if (noun === "draft" || noun === "everything") both();
    });
    return () => {
      leave();
      void flushDrafts();
    };
  }

  /** Whether there are words or files that have not left, in front or behind. */
  get unsent(): boolean {
    return !this.drafts.reply.empty || !this.drafts.note.empty;
  }

  /**
   * Sends what is in front, as its author sees it, with the newest words she has had in front of
   * her; false if it stays.
   */
  async send(
    { view, read }: { view: TicketView; read: string | null },
    solve: SolveWith | null,
    onundone: (kind: DraftKind) => void,
  ): Promise<boolean> {
    const { draft, kind } = this;
    if (draft.sending || this.block !== undefined) return false;
    try {
      const acted = await draft.send(read, solve);
      this.refused = undefined;
      const name = view.contact?.person.name ?? view.row.requester;
      announce(acted, { kind, name, onundone: () => onundone(kind) });
      return true;
    } catch (thrown) {
      this.refused = shown(thrown);
      return false;
    }
  }

  /** Ends what is in front; the notice brings its words back. */
  async discard(): Promise<void> {
    const { draft } = this;
    const { text } = draft;
    try {
      await draft.discard();
      const act = { label: t("shared-undo"), run: () => draft.type(text) };
      notices.add({ text: t("composer-draft-discarded"), icon: "trash", act });
    } catch (thrown) {
      tell(thrown);
    }
  }
}

/** What is being written in a ticket; words that wait for an answer stand on their card instead. */
function begunIn({ drafts, needs }: TicketView, kind: DraftKind): DraftView | undefined {
  const waiting = needs.map(({ need }) => (need.need === "held" ? need.draft?.id : undefined));
  const begun = drafts.filter((draft) => draft.kind === kind && !waiting.includes(draft.id));
  // Of several the desk knows which it is; it is asked at once.
  return begun.length === 1 ? begun[0] : undefined;
}

/** Offers the tags a macro suggests, those that the ticket lacks. */
export function offerTags(suggested: readonly string[], { row, tags }: TicketView): void {
  const add = suggested.filter((tag) => !tags.includes(tag));
  if (add.length === 0) return;
  const run = () => void act(row.ticket, { act: "tags", add, remove: [] });
  notices.add({
    text: t("macro-tags", { tags: add.join(", "), n: add.length }),
    icon: "tag",
    act: { label: t("macro-tags-add"), run },
  });
}
