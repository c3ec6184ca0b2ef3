/**
 * One open ticket: read when it is opened, and again whenever the desk says that it changed. What
 * is on the screen stays there until the next answer, so focus and scroll stay, too.
 */
import { call, subscribe } from "../ipc/call";
import { type Shown, shown } from "../ipc/error";
import type { NoticeView, TicketId, TicketView } from "../ipc/generated";
import { Rereading } from "../ipc/rereading";

export class OpenTicket {
  readonly id: TicketId;
  /** What stands on the screen; undefined until the first answer. */
  view = $state.raw<TicketView>();
  /** Why it could not be read. */
  failure = $state.raw<Shown>();
  #over = false;
  readonly #rereading = new Rereading(() => this.#read());

  constructor(id: TicketId) {
    this.id = id;
  }

  /** Reads the ticket and follows it, until the returned function is called. */
  follow(): () => void {
    const leave = subscribe((notice) => {
      if (this.#concerns(notice)) this.#rereading.ask();
    });
    this.#rereading.ask();
    return () => {
      this.#over = true;
      this.#rereading.stop();
      leave();
    };
  }

  /** Reads it again. */
  read(): void {
    this.#rereading.ask();
  }

  async #read(): Promise<void> {
    try {
      const view = await call("ticket.open", { ticket: this.id });
      if (this.#over) return;
      this.view = view;
      this.failure = undefined;
      if (view.row.unread && document.visibilityState === "visible") {
        await call("ticket.read", { ticket: this.id });
      }
    } catch (thrown) {
      if (this.#over) return;
      this.failure = shown(thrown);
      // What its reader may no longer see does not stay on the screen.
      if (this.failure.code === "not_found") this.view = undefined;
    }
  }

  #concerns(notice: NoticeView): boolean {
    switch (notice.noun) {
      case "ticket":
        return notice.key === this.id;
      case "outbox":
      case "draft":
      case "directory":
      case "everything":
        return true;
      default:
        return false;
    }
  }
}
