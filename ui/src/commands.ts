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
  command("group-move", "search", ["/"], { icon: "search", zendesk: ["/", "Mod+Shift+f"] }),
  command("group-move", "palette", ["Mod+k"], { keys_only: true }),
  command("group-move", "clock", ["Space"], { icon: "clock" }),

  command("group-go", "go-inbox", ["g i"], { icon: "inbox", zendesk: ["g i", "g h"] }),
  command("group-go", "go-mine", ["g m"], { icon: "person", zendesk: ["g m", "g v"] }),
  command("group-go", "go-team", ["g t"], { icon: "people" }),
  command("group-go", "go-unassigned", ["g u"], { icon: "hand" }),
  command("group-go", "go-at_risk", ["g r"], { icon: "timer" }),
  command("group-go", "go-needs_you", ["g n"], { icon: "needs" }),
  command("group-go", "go-drafts", ["g d"], { icon: "draft" }),
  command("group-go", "go-all", ["g a"], { icon: "view" }),
  command("group-go", "outbox", ["g o"], { icon: "send" }),
  command("group-go", "settings", ["g s", "Mod+,"], { icon: "settings" }),

  command("group-write", "reply", ["r"], { icon: "reply", zendesk: ["c"] }),
  command("group-write", "note", ["n"], { icon: "lock", zendesk: ["x"] }),
  command("group-write", "macro", ["m"], { icon: "macro" }),
  command("group-write", "send", ["Mod+Enter"], { icon: "send" }),
  command("group-write", "send-and-solve", ["Mod+Shift+Enter"], { icon: "check" }),
  command("group-write", "attach", ["Mod+Shift+a"], { icon: "clip" }),
  command("group-write", "preview", ["Mod+Shift+p"], { icon: "eye" }),
  command("group-write", "look", ["Mod+Shift+l"], { icon: "eye" }),
  command("group-write", "new-ticket", ["Shift+n"], { icon: "plus" }),

  command("group-act", "assign", ["a"], { icon: "people" }),
  command("group-act", "assign-me", ["i"], { icon: "person" }),
  command("group-act", "status", ["s"], { icon: "status-open" }),
  command("group-act", "severity", ["p"], { icon: "flag" }),
  command("group-act", "stage", ["Shift+s"], { icon: "board" }),
  command("group-act", "tags", ["l"], { icon: "tag" }),
  command("group-act", "pending-until", ["h"], { icon: "status-pending" }),
  command("group-act", "subject", ["Shift+t"], { icon: "draft" }),
  command("group-act", "resource", ["Shift+l"], { icon: "server" }),

  command("group-select", "select", ["x"], { icon: "check", zendesk: ["Shift+x"] }),
  command("group-select", "extend-next", ["Shift+j"], { repeats: true, keys_only: true }),
  command("group-select", "extend-previous", ["Shift+k"], { repeats: true, keys_only: true }),
  command("group-select", "select-all", ["*"], { icon: "check" }),
  command("group-select", "copy-number", ["."], { icon: "copy" }),
  command("group-select", "copy-number-title", [". ."], { icon: "copy" }),

  command("group-finish", "solve-next", ["e"], { icon: "check" }),
  command("group-finish", "escalate", ["Shift+e"], { icon: "escalate" }),
  command("group-finish", "reopen", ["Shift+o"], { icon: "undo" }),
  command("group-finish", "held-edit", ["Shift+h"], { icon: "draft" }),
  command("group-finish", "apply-mine", ["Shift+y"], { icon: "needs" }),
  command("group-finish", "keep-theirs", ["Shift+u"], { icon: "needs" }),
  command("group-finish", "undo", ["z"], { icon: "undo" }),

  command("group-app", "keys", ["?"], { keys_only: true }),
  command("group-app", "context", ["Shift+i"], { icon: "info" }),
  command("group-app", "sync-now", [], { icon: "sync" }),
  command("group-app", "theme", [], { icon: "sun" }),
  command("group-app", "language", [], { icon: "globe" }),
  command("group-app", "sign-out", [], { icon: "key" }),
];

/** The one registry of the window. */
export const registry = new Registry(["holdfast", "zendesk"]);
registry.declare(COMMANDS);
