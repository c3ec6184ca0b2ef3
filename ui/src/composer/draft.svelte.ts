/**
 * The words of a reply or a note on one ticket, from the first letter to the outbox.
 *
 * A draft outlives its composer: it lives here until everything typed is on disk, so that going to
 * another ticket and back can neither lose nor turn back a letter. What the desk says is taken
 * only when nothing was typed since it was asked; the screen always wins.
 */
import { call } from "../ipc/call";
import { type Shown, shown } from "../ipc/error";
import type { Acted, DraftKind, DraftView, MessageId, SolveWith, TicketId } from "../ipc/generated";
import { Autosave } from "./autosave";

export class Draft {
  readonly ticket: TicketId;
  readonly kind: DraftKind;
  /** As typed. */
  text = $state("");
  /** As it lies on disk. */
  saved = $state.raw<DraftView | null>(null);
  /** Why it is not saved; it is tried again until it is. */
  failure = $state.raw<Shown>();
  /** It is on its way into the outbox: the text stands still. */
  sending = $state(false);
  #typed = 0;
  #thrown: unknown;
  readonly #autosave: Autosave<DraftView | null>;

  constructor(ticket: TicketId, kind: DraftKind) {
    this.ticket = ticket;
    this.kind = kind;
    this.#autosave = new Autosave({
      save: (text) => this.#save(text),
      onsaved: (saved) => {
        this.saved = saved;
        this.failure = undefined;
      },
      onfailed: (thrown) => {
        this.#thrown = thrown;
        this.failure = shown(thrown);
      },
      later: (run, after_ms) => {
        const timer = setTimeout(run, after_ms);
        return () => clearTimeout(timer);
      },
      now_ms: () => performance.now(),
    });
  }

  /** Whether everything typed is on disk. */
  get clean(): boolean {
    return this.#autosave.clean && !this.sending;
  }

  /** Whether there is nothing to keep. */
  get empty(): boolean {
    return this.text.trim() === "" && (this.saved?.attachments.length ?? 0) === 0;
  }

  /** Begins with what the ticket says of it, so that nothing is typed over words unread. */
  begin(found: DraftView | undefined): void {
    if (found && this.#typed === 0 && this.saved === null) this.#take(found);
  }

  /** Takes what stands in the field. */
  type(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#typed += 1;
    living.set(keyOf(this), this);
    this.#autosave.type(text);
  }

  /** Saves at once. */
  flush(): Promise<void> {
    return this.#autosave.flush();
  }

  /** Asks the desk what it has; taken unless something was typed meanwhile. */
  async sync(): Promise<void> {
    if (!this.clean) return;
    const typed = this.#typed;
    try {
      const { ticket, kind } = this;
      const found = await call("draft.get", { ticket, kind });
      if (typed === this.#typed && this.clean) this.#take(found);
    } catch (thrown) {
      this.failure = shown(thrown);
    }
  }

  /** A file was added or taken off: the files are the desk's, the text stays the screen's. */
  takeFiles(saved: DraftView): void {
    this.saved = saved;
  }

  /** Sends exactly the text on the screen. Throws what the desk fails with; nothing is lost then. */
  async send(seen_through: MessageId | null, solve: SolveWith | null): Promise<Acted> {
    const { text } = this;
    this.sending = true;
    try {
      await this.flush();
      const draft = this.saved?.id;
      if (this.failure !== undefined || draft === undefined) throw this.#thrown;
      const acted = await call("draft.send", { draft, text, seen_through, solve });
      await this.#forget();
      return acted;
    } finally {
      this.sending = false;
    }
  }

  /** Ends it without sending. */
  async discard(): Promise<void> {
    await this.#autosave.drop();
    const draft = this.saved?.id;
    if (draft !== undefined) await call("draft.discard", { draft });
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.#autosave.drop();
    this.#typed += 1;
    this.#take(null);
  }

  #take(found: DraftView | null): void {
    this.saved = found;
    this.text = found?.text ?? "";
    this.failure = undefined;
  }

  // Nothing is kept of a draft that never had a word; one that had is ended when it is emptied.
  async #save(text: string): Promise<DraftView | null> {
    const { ticket, kind, saved } = this;
    const bare = text.trim() === "" && (saved?.attachments.length ?? 0) === 0;
    if (!bare) return call("draft.save", { ticket, kind, text });
    if (saved) await call("draft.discard", { draft: saved.id });
    return null;
  }
}

/** Drafts with words that may not be on disk yet. */
const living = new Map<string, Draft>();

const keyOf = ({ ticket, kind }: Pick<Draft, "ticket" | "kind">) => `${kind} ${ticket}`;

/** The draft of a kind on a ticket: the one that still saves, or a new one. */
export function draftOf(ticket: TicketId, kind: DraftKind): Draft {
  for (const [key, draft] of living) if (draft.clean) living.delete(key);
  return living.get(keyOf({ ticket, kind })) ?? new Draft(ticket, kind);
}

/** Saves every draft at once: before the window goes, locks, or signs out. */
export async function flushDrafts(): Promise<void> {
  await Promise.all([...living.values()].map((draft) => draft.flush()));
}
