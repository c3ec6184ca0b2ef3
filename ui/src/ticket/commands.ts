/** How each command on the open ticket is done, and which of them stand in its menu. */
import { t } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import type { TicketView } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";
import type { MenuItem } from "../shared/Menu.svelte";
import { notices } from "../shared/notices.svelte";
import type { Handler, Registry } from "../shared/registry.svelte";
import { act, tell } from "./act";
import { numberText, type Open } from "./fields.svelte";

type May = keyof TicketView["may"];

/** Commands of a ticket; `view` is read when a command runs, `show` opens what it needs. */
export function ticketCommands(
  view: () => TicketView | undefined,
  show: (wanted: Open) => void,
): Record<string, Handler> {
  const opens = (wanted: Open, may: May): Handler => ({
    run: () => show(wanted),
    when: () => view()?.may[may] ?? false,
  });
  const does = (may: May, run: (view: TicketView) => unknown): Handler => ({
    run: () => {
      const open = view();
      if (open) run(open);
    },
    when: () => view()?.may[may] ?? false,
  });
  const always = (run: (view: TicketView) => unknown): Handler => ({
    run: () => {
      const open = view();
      if (open) run(open);
    },
    when: () => view() !== undefined,
  });
  return {
    assign: opens("assign", "assign"),
    "assign-me": { ...always(take), when: () => mayTake(view()) },
    status: opens("status", "work"),
    severity: opens("severity", "work"),
    stage: opens("stage", "work"),
    tags: opens("tags", "work"),
    "pending-until": opens("pending", "work"),
    subject: opens("subject", "work"),
    resource: opens("resource", "work"),
    "solve-next": opens("solve", "solve"),
    escalate: opens("escalate", "escalate"),
    reopen: does("reopen", reopen),
    clock: { run: () => show("clock"), when: () => (view()?.clocks.length ?? 0) > 0 },
    "copy-number": always(({ row }) => copy(row.number === null ? "" : `#${row.number}`)),
    "copy-number-title": always(({ row }) =>
      copy(row.number === null ? row.subject : `#${row.number} ${row.subject}`),
    ),
  };
}

function mayTake(view: TicketView | undefined): boolean {
  if (!view || view.assignee?.you) return false;
  return view.may.claim || view.may.assign;
}

/** Takes a ticket nobody holds; one that somebody holds is assigned, if that is allowed. */
async function take({ row, may }: TicketView): Promise<void> {
  const said = { text: t("assign-taken"), icon: "hand" } as const;
  if (may.claim) {
    await act(row.ticket, { act: "claim" }, said);
    return;
  }
  try {
    const all = await call("ticket.candidates", { ticket: row.ticket, escalation: null });
    const self = all.find(({ person, cannot }) => person?.you && cannot === null);
    if (!self) notices.add({ text: t("error-not_allowed"), icon: "alert" });
    else await act(row.ticket, { act: "assign", team: self.team, agent: self.agent }, said);
  } catch (thrown) {
    tell(thrown);
  }
}

function reopen({ row }: TicketView): Promise<boolean> {
  const text = t("notice-reopened", { number: numberText(row.number) });
  return act(row.ticket, { act: "reopen" }, { text, icon: "undo" });
}

async function copy(text: string): Promise<void> {
  if (text === "") return;
  try {
    await navigator.clipboard.writeText(text);
    notices.add({ text: t("shared-copied", { text }), icon: "copy" });
  } catch (thrown) {
    tell(thrown);
  }
}

const MENU: readonly (readonly [string, GlyphName] | "line")[] = [
  ["assign", "person"],
  ["assign-me", "hand"],
  ["pending-until", "status-pending"],
  ["tags", "tag"],
  ["resource", "server"],
  ["subject", "draft"],
  "line",
  ["solve-next", "check"],
  ["reopen", "undo"],
  ["escalate", "escalate"],
  "line",
  ["copy-number", "copy"],
  ["copy-number-title", "copy"],
];

/** The ticket's menu: the commands that stand nowhere else, with their keys. */
export function moreOf(
  registry: Registry,
  commands: Readonly<Record<string, Handler>>,
): MenuItem[] {
  return MENU.map((entry): MenuItem => {
    if (entry === "line") return "line";
    const [id, icon] = entry;
    return {
      id,
      label: t(`command-${id}`),
      icon,
      keys: registry.keysOf(id)[0],
      disabled: !(commands[id]?.when?.() ?? true),
      run: () => void commands[id]?.run(),
    };
  });
}
