/**
 * Every command of the desk: its name, its heading, its keys. Palette, cheat sheet and rebinding
 * are read from here; screens say how each is done (`useCommands`).
 *
 * Keys are Alt-free: Alt and AltGr write characters on many keyboards.
 */
import { type CommandSpec, Registry } from "./shared/registry.svelte";

/** Headings in the order of the cheat sheet. */
export const GROUPS = [
  "group-move",
  "group-go",
  "group-write",
  "group-act",
  "group-select",
  "group-finish",
  "group-app",
] as const;

type Group = (typeof GROUPS)[number];
type More = Omit<CommandSpec, "id" | "title" | "group" | "keys"> & { zendesk?: readonly string[] };

function command(group: Group, id: string, keys: readonly string[], more: More = {}): CommandSpec {
  const { zendesk, ...rest } = more;
  const presets = zendesk ? { holdfast: keys, zendesk } : { holdfast: keys };
  return { id, title: `command-${id}`, group, keys: presets, ...rest };
}

export const COMMANDS: readonly CommandSpec[] = [
  command("group-move", "next", ["j"], { repeats: true, keys_only: true }),
  command("group-move", "previous", ["k"], { repeats: true, keys_only: true }),
  command("group-move", "open", ["o", "Enter"], { keys_only: true }),
  command("group-move", "back", ["Escape"], { keys_only: true }),
  command("group-move", "search", ["/"], { zendesk: ["/", "Mod+Shift+f"] }),
  command("group-move", "palette", ["Mod+k"], { keys_only: true }),
  command("group-move", "clock", ["Space"]),

  command("group-go", "go-inbox", ["g i"], { zendesk: ["g i", "g h"] }),
  command("group-go", "go-mine", ["g m"], { zendesk: ["g m", "g v"] }),
  command("group-go", "go-team", ["g t"]),
  command("group-go", "go-unassigned", ["g u"]),
  command("group-go", "go-at_risk", ["g r"]),
  command("group-go", "go-needs_you", ["g n"]),
  command("group-go", "go-drafts", ["g d"]),
  command("group-go", "go-all", ["g a"]),
  command("group-go", "outbox", ["g o"]),
  command("group-go", "settings", ["g s", "Mod+,"]),

  command("group-write", "reply", ["r"], { zendesk: ["c"] }),
  command("group-write", "note", ["n"], { zendesk: ["x"] }),
  command("group-write", "macro", ["m"]),
  command("group-write", "send", ["Mod+Enter"]),
  command("group-write", "send-and-solve", ["Mod+Shift+Enter"]),
  command("group-write", "attach", ["Mod+Shift+a"]),
  command("group-write", "preview", ["Mod+Shift+p"]),
  command("group-write", "new-ticket", ["Shift+n"]),

  command("group-act", "assign", ["a"]),
  command("group-act", "assign-me", ["i"]),
  command("group-act", "status", ["s"]),
  command("group-act", "severity", ["p"]),
  command("group-act", "stage", ["Shift+s"]),
  command("group-act", "tags", ["l"]),
  command("group-act", "pending-until", ["h"]),
  command("group-act", "subject", ["Shift+t"]),
  command("group-act", "resource", ["Shift+l"]),

  command("group-select", "select", ["x"], { zendesk: ["Shift+x"] }),
  command("group-select", "extend-next", ["Shift+j"], { repeats: true, keys_only: true }),
  command("group-select", "extend-previous", ["Shift+k"], { repeats: true, keys_only: true }),
  command("group-select", "select-all", ["*"]),
  command("group-select", "copy-number", ["."]),
  command("group-select", "copy-number-title", [". ."]),

  command("group-finish", "solve-next", ["e"]),
  command("group-finish", "escalate", ["Shift+e"]),
  command("group-finish", "reopen", ["Shift+o"]),
  command("group-finish", "held-edit", ["Shift+h"]),
  command("group-finish", "apply-mine", ["Shift+y"]),
  command("group-finish", "keep-theirs", ["Shift+u"]),
  command("group-finish", "undo", ["z"]),

  command("group-app", "keys", ["?"], { keys_only: true }),
  command("group-app", "context", ["Shift+i"]),
  command("group-app", "sync-now", []),
  command("group-app", "theme", []),
  command("group-app", "language", []),
  command("group-app", "sign-out", []),
];

/** The one registry of the window. */
export const registry = new Registry(["holdfast", "zendesk"]);
registry.declare(COMMANDS);
