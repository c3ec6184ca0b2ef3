/** The fields of a ticket as menus: what may be set, what stands, and how it is set. */
import { t } from "../i18n/locale.svelte";
import type { Category, Severity, Stage, TicketView } from "../ipc/generated";
import type { MenuItem } from "../shared/Menu.svelte";
import { act } from "./act";
import { statusGlyph } from "./event";

/** What of the head can be open: one thing at a time. */
export type Open =
  | "status"
  | "severity"
  | "stage"
  | "clock"
  | "tags"
  | "subject"
  | "more"
  | "pending"
  | "assign"
  | "solve"
  | "resource"
  | "escalate";

/** Stages of work, in order; the last is set by solving. */
export const STAGES = [
  "intake",
  "triage",
  "diagnosis",
  "remedy",
  "verification",
  "done",
] as const satisfies readonly Stage[];

const SEVERITIES = ["p0", "p1", "p2", "p3", "p4"] as const satisfies readonly Severity[];

// Solving, reopening and closing are acts of their own.
const SETTABLE = ["open", "pending", "on_hold"] as const satisfies readonly Category[];

/** The three menus of a ticket. `onpending` asks until when. */
export function fields(view: TicketView, onpending: () => void) {
  return { status: statusMenu(view, onpending), severity: severityMenu(view), stage: stages(view) };
}

function statusMenu({ row, may }: TicketView, onpending: () => void): MenuItem[] {
  const active = row.category !== "solved" && row.category !== "closed";
  return SETTABLE.map((to) => ({
    id: to,
    label: t(`status-${to}`),
    icon: statusGlyph(to),
    checked: row.category === to,
    disabled: !may.work || !active,
    run: () => (to === "pending" ? onpending() : void setStatus(row.ticket, row.number, to)),
  }));
}

/** Sets the status; a pending ticket rests until an instant (RFC 3339), or until an answer. */
export function setStatus(
  ticket: string,
  number: number | null,
  to: Category,
  pending_until: string | null = null,
): Promise<boolean> {
  const status = t(`status-${to}`);
  const text = t("notice-status", { number: numberText(number), status });
  return act(ticket, { act: "status", to, pending_until }, { text, icon: statusGlyph(to) });
}

function severityMenu({ row, may }: TicketView): MenuItem[] {
  return SEVERITIES.map((to) => {
    const label = t("severity-mark", { level: to.toUpperCase(), name: t(`severity-${to}`) });
    const text = t("notice-severity", { number: numberText(row.number), severity: label });
    return {
      id: to,
      label: plain(label),
      checked: row.severity === to,
      disabled: !may.work,
      run: () => void act(row.ticket, { act: "severity", to }, { text, icon: "flag" }),
    };
  });
}

function stages({ row, stage, may }: TicketView): MenuItem[] {
  return STAGES.slice(0, -1).map((to) => ({
    id: to,
    label: t(`stage-${to}`),
    checked: stage === to,
    disabled: !may.work || stage === "done",
    run: () =>
      void act(
        row.ticket,
        { act: "stage", to },
        { text: t("notice-stage", { number: numberText(row.number), stage: t(`stage-${to}`) }) },
      ),
  }));
}

/** A ticket's number, or a dash until the server has given one. */
export function numberText(number: number | null): string {
  return number === null ? "–" : String(number);
}

// A menu finds its items by their first letters; invisible ones would hide them.
function plain(text: string): string {
  return text.replace(/[\u2068\u2069]/gu, "");
}
