/** Tickets of the sample, found by what they are. */

/** Rows a view is looked through for. */
const ROWS_MAX = 200;

/** The rows of a view of a desk. */
export async function rowsOf(desk, view = { view: "mine" }) {
  const { rows } = await desk.call("view.page", { view, sort: "due", offset: 0, limit: ROWS_MAX });
  return rows;
}

/** The first row of a view that fits; `what` names it when there is none. */
export async function find(desk, what, fits, view) {
  const found = (await rowsOf(desk, view)).find(fits);
  if (!found) throw new Error(`the sample has no ${what} for ${desk.name}`);
  return found;
}

/** An open ticket in the hands of the desk's agent. */
export function openTicket(desk, fits = () => true) {
  return find(desk, "open ticket", (row) => row.category === "open" && fits(row));
}

/** The same, of a customer who writes Chinese. */
export function chineseTicket(desk) {
  return openTicket(desk, ({ language }) => language.startsWith("zh"));
}

/** Everything about a ticket. */
export function whole(desk, { ticket }) {
  return desk.call("ticket.open", { ticket });
}

/** The customer of a ticket writes once more. */
export async function customerWrites(server, desk, row, text) {
  const { contact } = await whole(desk, row);
  return server.customerWrites({ contact: contact.id, ticket: row.ticket, text });
}
