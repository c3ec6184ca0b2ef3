/** Which row comes next. Rows are numbered from 0; -1 means that none is current. */

/**
 * The row one step on from `from`, or undefined where the list ends. `gone`: the ticket that stood
 * at `from` has left the list, so that the one after it stands there now.
 */
export function stepFrom(
  from: number,
  by: 1 | -1,
  total: number,
  gone: boolean,
): number | undefined {
  if (total === 0) return undefined;
  if (from < 0) return by > 0 ? 0 : total - 1;
  const next = gone && by > 0 ? from : from + by;
  if (next < 0) return undefined;
  if (next >= total) return gone ? total - 1 : undefined;
  return next;
}

/**
 * The row to go on with when a ticket is done: the one after it, else the one before it. `index`
 * is where it stands (-1: it has left), `last` where it stood.
 */
export function afterLeaving(index: number, last: number, total: number): number | undefined {
  if (index >= 0) {
    if (index + 1 < total) return index + 1;
    return index > 0 ? index - 1 : undefined;
  }
  if (last < 0 || total === 0) return undefined;
  return Math.min(last, total - 1);
}
