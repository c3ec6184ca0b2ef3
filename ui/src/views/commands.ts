/** How the desk's own commands are done: going places, what floats, the look of the window. */
import { locale, t } from "../i18n/locale.svelte";
import { LOCALES } from "../i18n/locales";
import { call } from "../ipc/call";
import type { View } from "../ipc/generated";
import { counts } from "../rail/counts.svelte";
import { settings } from "../settings/settings.svelte";
import { notices } from "../shared/notices.svelte";
import type { Handler } from "../shared/registry.svelte";
import { look, THEMES } from "../shared/theme.svelte";
import { tell } from "../ticket/act";
import type { DeskState } from "./desk.svelte";
import type { Afloat } from "./Floating.svelte";
import { nextTeam } from "./place";

/** Views that have a command of their own. */
const PLACES = ["inbox", "mine", "unassigned", "at_risk", "needs_you", "drafts", "all"] as const;

export type Hands = {
  desk: DeskState;
  float: (what: Afloat) => void;
  /** Folds the context away, or shows it. */
  fold: () => void;
  /** Back to the list. */
  back: () => void;
  /** Into the open ticket. */
  enter: () => void;
  /** Gives the list the keys. */
  toPane: () => void;
};

/** The desk's commands. */
export function deskCommands(hands: Hands): Record<string, Handler> {
  const { desk, float, fold, back, enter, toPane } = hands;
  const go = (view: View) => {
    desk.go({ at: "view", view });
    toPane();
  };
  const places = PLACES.map((view): [string, Handler] => [
    `go-${view}`,
    { run: () => go({ view }) },
  ]);
  const team = () => nextTeam(counts.list, desk.view);
  return {
    ...Object.fromEntries(places),
    "go-team": {
      run: () => {
        const next = team();
        if (next) go(next);
      },
      when: () => team() !== undefined,
    },
    search: {
      run: () => {
        desk.go({ at: "search" });
        toPane();
      },
    },
    settings: { run: () => desk.go({ at: "settings" }) },
    back: { run: back },
    open: { run: enter, when: () => desk.ticket !== undefined },
    palette: { run: () => float({ what: "palette" }) },
    keys: { run: () => float({ what: "keys" }) },
    outbox: { run: () => float({ what: "outbox" }) },
    "new-ticket": { run: () => float({ what: "new-ticket" }) },
    "sign-out": { run: () => float({ what: "sign-out" }) },
    context: { run: fold, when: () => desk.place.at !== "settings" },
    "sync-now": { run: () => void call("status.retry_now").catch(tell) },
    theme: { run: nextTheme },
    language: { run: nextLanguage },
  };
}

function nextTheme(): void {
  const theme = THEMES[(THEMES.indexOf(look.theme) + 1) % THEMES.length];
  if (theme === undefined) return;
  void settings.set({ theme });
  notices.add({ text: t(`settings-theme-${theme}`), icon: "sun" });
}

function nextLanguage(): void {
  const at = LOCALES.findIndex(({ tag }) => tag === locale.tag);
  const next = LOCALES[(at + 1) % LOCALES.length];
  if (!next) return;
  void settings.set({ language: next.tag });
  notices.add({ text: next.name, icon: "globe" });
}
