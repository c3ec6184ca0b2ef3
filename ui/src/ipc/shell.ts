/**
 * What only the window can do: notifications, tray, links that leave, the first paint. In a
 * browser most of it is silent. Deliberately absent: any call to the desk (call.ts).
 */

/** A native notification, in the reader's words. */
export type Notification = {
  title: string;
  body: string;
  /** What `onGo` hears when it is clicked: a ticket's id. */
  key: string;
};

/** The tray and the badge. */
export type Tray = {
  /** Things that wait for the reader. */
  count: number;
  tooltip: string;
  /** Words of its menu. */
  open: string;
  quit: string;
};

export type Shell = {
  /** The first screen has been painted. */
  painted(): void;
  notify(words: Notification): void;
  tray(words: Tray): void;
  /** Opens a link outside; https and mailto only. False if it is refused. */
  openLink(url: string): Promise<boolean>;
  /** Colour behind the page (`#rrggbb`), so that the next start does not flash. */
  ground(colour: string): void;
  /** Hears clicks on notifications, until the returned function is called. */
  onGo(hear: (key: string) => void): () => void;
};

/** Links that may leave the window. */
const OUTSIDE = new Set(["https:", "mailto:"]);

const browser: Shell = {
  painted() {},
  notify() {},
  tray() {},
  async openLink(url) {
    if (!OUTSIDE.has(new URL(url).protocol)) return false;
    open(url, "_blank", "noopener,noreferrer");
    return true;
  },
  ground() {},
  onGo: () => () => {},
};

let current: Shell = browser;

/** Sets what the window can do; the composition root does this once. */
export function connectShell(to: Shell): void {
  current = to;
}

/** What the window can do. */
export function shell(): Shell {
  return current;
}
