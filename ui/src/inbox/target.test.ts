import { expect, it } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import type { AgentView, DirectoryView, TeamView } from "../ipc/generated";
import { itemsOf, targetsOf } from "./target";

setLocale("en");

const team = (id: string, name: string, yours: boolean): TeamView => ({
  id,
  name,
  city: "Seoul",
  tier: 2,
  yours,
});
const agent = (id: string, name: string, teams: string[]): AgentView => ({
  id,
  person: { id, name, initials: "", you: false, customer: false },
  role: "agent",
  teams,
  languages: [],
  on_shift: true,
  load: 3,
  capacity: 8,
});

const DIRECTORY: DirectoryView = {
  teams: [team("t1", "Data L2", false), team("t2", "Compute L1", true)],
  agents: [agent("a1", "Mina Park", ["t1", "t2"]), agent("a2", "周启明", ["t1"])],
};

it("one's own team comes first, and whoever is in two teams can be chosen in both", () => {
  expect(targetsOf(DIRECTORY).map(({ id }) => id)).toEqual(["t2", "t1", "t2/a1", "t1/a1", "t1/a2"]);
});

it("a person is shown with team, shift and work in hand", () => {
  const [, , mina] = itemsOf(targetsOf(DIRECTORY));
  expect(mina?.label).toBe("Mina Park");
  expect(mina?.hint?.replace(/[\u2068\u2069]/gu, "")).toBe("Compute L1 · On shift · 3 of 8");
});
