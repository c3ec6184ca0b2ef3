/** Where the reader is, and which places the rail offers in which order. */
import type { View, ViewCount } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";

/** A list of tickets, or one of the places that are none. */
export type Place = { at: "view"; view: View } | { at: "search" } | { at: "settings" };

/** The name of a view: the same for the same view. */
export function keyOf(view: View): string {
  return "id" in view ? `${view.view}:${view.id}` : view.view;
}

/** A line of the rail. */
export type Line = {
  key: string;
  view: View;
  icon: GlyphName;
  /** Its own name; undefined: the catalogue's. */
  name: string | undefined;
  count: number | undefined;
  /** What asks for an act stands out. */
  tone: "plain" | "warn" | "needs";
};

/** The rail's lines under their headings. */
export type Rail = { work: Line[]; views: Line[]; workplace: Line[] };

const ICONS: Readonly<Record<View["view"], GlyphName>> = {
  inbox: "inbox",
  mine: "person",
  team: "people",
  unassigned: "hand",
  at_risk: "timer",
  needs_you: "needs",
  drafts: "draft",
  asked: "escalate",
  all: "mail",
  finished: "status-solved",
  saved: "view",
};

const TONES: Partial<Record<View["view"], Line["tone"]>> = {
  at_risk: "warn",
  needs_you: "needs",
  asked: "needs",
};

/** The rail, from the numbers the desk told; before the first answer without numbers. */
export function railOf(counts: readonly ViewCount[]): Rail {
  const told = new Map(counts.map((one) => [keyOf(one.view), one]));
  const line = (view: View): Line => {
    const one = told.get(keyOf(view));
    const tone = TONES[view.view];
    return {
      key: keyOf(view),
      view,
      icon: ICONS[view.view],
      name: one?.name || undefined,
      count: one?.count,
      tone: tone !== undefined && (one?.count ?? 0) > 0 ? tone : "plain",
    };
  };
  const of = (kind: View["view"]) => counts.map(({ view }) => view).filter((v) => v.view === kind);
  const byName = (a: Line, b: Line) => (a.name ?? "").localeCompare(b.name ?? "");
  return {
    work: [
      line({ view: "inbox" }),
      line({ view: "mine" }),
      line({ view: "unassigned" }),
      ...of("team").map(line).sort(byName),
      line({ view: "at_risk" }),
      line({ view: "asked" }),
      line({ view: "needs_you" }),
      line({ view: "drafts" }),
    ],
    views: of("saved").map(line),
    workplace: [line({ view: "all" }), line({ view: "finished" })],
  };
}

/** The team after the one that is shown; the first one if none is. */
export function nextTeam(counts: readonly ViewCount[], shown: View | undefined): View | undefined {
  const teams = railOf(counts).work.filter(({ view }) => view.view === "team");
  const at = shown ? teams.findIndex(({ key }) => key === keyOf(shown)) : -1;
  return teams[(at + 1) % Math.max(1, teams.length)]?.view;
}
