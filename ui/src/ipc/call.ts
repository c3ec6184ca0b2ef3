/**
 * The border to the desk: `call` a command by its name, `subscribe` to what changed.
 *
 * Which host carries it (the window or a browser) is decided once, by `connect` in main.ts.
 */
import { DeskError, isFailure } from "./error";
import type { Commands, NoticeView } from "./generated";

export type Name = keyof Commands;
export type Request<K extends Name> = Commands[K][0];
export type Response<K extends Name> = Commands[K][1];

/** What carries calls and notices. */
export type Host = {
  /** Answers, or throws what the desk failed with. */
  call(name: string, request: unknown): Promise<unknown>;
  /** Hears notices until the returned function is called. */
  subscribe(hear: (notice: NoticeView) => void): () => void;
};

let host: Host | undefined;
let unsubscribe: (() => void) | undefined;
const listeners = new Set<(notice: NoticeView) => void>();

/** Sets what carries calls; the composition root does this once, tests as often as they like. */
export function connect(to: Host): void {
  unsubscribe?.();
  host = to;
  unsubscribe = to.subscribe((notice) => {
    for (const hear of [...listeners]) hear(notice);
  });
}

/** Asks the desk. Throws a `DeskError`; see error.ts for what to show of it. */
export async function call<K extends Name>(
  name: K,
  ...[request]: Request<K> extends Record<string, never> ? [] : [request: Request<K>]
): Promise<Response<K>> {
  if (!host) throw new Error("no host is connected");
  try {
    return (await host.call(name, request ?? {})) as Response<K>;
  } catch (thrown) {
    if (isFailure(thrown)) throw new DeskError(thrown);
    throw thrown;
  }
}

/** Hears what changed, until the returned function is called. A notice names; it never carries. */
export function subscribe(hear: (notice: NoticeView) => void): () => void {
  listeners.add(hear);
  return () => listeners.delete(hear);
}
