import { describe, expect, it } from "vitest";
import { COMMANDS, GROUPS, registry } from "./commands";
import { has } from "./i18n/catalogue";
import { parseKeys } from "./shared/hotkeys";

it("every command and heading has a name", () => {
  for (const { title, group } of COMMANDS)
    expect([has(title), has(group)], title).toEqual([true, true]);
  for (const group of GROUPS) expect(has(group), group).toBe(true);
});

describe.each(["holdfast", "zendesk"])("the keys of the preset %s", (preset) => {
  it("can be bound and belong to one command each", () => {
    registry.load(preset, {});
    const owners = new Map<string, string>();
    for (const { id } of COMMANDS) {
      for (const keys of registry.keysOf(id)) {
        expect(parseKeys(keys), id).toEqual({ keys });
        expect(owners.get(keys), `${keys} of ${id}`).toBeUndefined();
        owners.set(keys, id);
      }
    }
  });
});

it("the keys people are promised are the keys there are", () => {
  registry.load("holdfast", {});
  const promised: Record<string, string> = {
    next: "j",
    previous: "k",
    open: "o",
    back: "Escape",
    select: "x",
    "extend-next": "Shift+j",
    "select-all": "*",
    search: "/",
    "go-inbox": "g i",
    "go-mine": "g m",
    "go-team": "g t",
    reply: "r",
    note: "n",
    macro: "m",
    assign: "a",
    "assign-me": "i",
    status: "s",
    severity: "p",
    tags: "l",
    "pending-until": "h",
    "solve-next": "e",
    escalate: "Shift+e",
    "copy-number": ".",
    "copy-number-title": ". .",
    undo: "z",
    palette: "Mod+k",
    send: "Mod+Enter",
    "send-and-solve": "Mod+Shift+Enter",
    keys: "?",
  };
  for (const [id, keys] of Object.entries(promised))
    expect(registry.keysOf(id), id).toContain(keys);
});
