/** Where the reader is: which place, which ticket. One desk, one instance. */
import type { TicketId, View } from "../ipc/generated";
import { keyOf, type Place } from "./place";

export class DeskState {
  place = $state.raw<Place>({ at: "view", view: { view: "inbox" } });
  /** The open ticket; it stays open when the place changes. */
  ticket = $state<TicketId>();
  #before: Place = { at: "view", view: { view: "inbox" } };

  /** The view that is shown, if one is. */
  get view(): View | undefined {
    return this.place.at === "view" ? this.place.view : undefined;
  }

  /** Goes somewhere; where one was is kept for coming back. */
  go(place: Place): void {
    if (nameOf(place) === nameOf(this.place)) return;
    if (this.place.at === "view") this.#before = this.place;
    this.place = place;
  }

  /** Back to the list one came from; false if one is in a list. */
  back(): boolean {
    if (this.place.at === "view") return false;
    this.place = this.#before;
    return true;
  }

  open(ticket: TicketId): void {
    this.ticket = ticket;
    // A ticket is read beside a list; the settings have no room for one.
    if (this.place.at === "settings") this.back();
  }
}

function nameOf(place: Place): string {
  return place.at === "view" ? keyOf(place.view) : `at ${place.at}`;
}
