/** To whom many tickets can be moved: teams, and people in them. */
import { t } from "../i18n/locale.svelte";
import type { AgentId, DirectoryView, TeamId } from "../ipc/generated";
import type { PickItem } from "../shared/PickList.svelte";

export type Target = {
  id: string;
  team: TeamId;
  agent: AgentId | null;
  /** What they are called. */
  name: string;
  /** Where they work, and how much they have in hand. */
  hint: string;
};

/** Teams first, the reader's own before the others; then the people of each. */
export function targetsOf({ teams, agents }: DirectoryView): Target[] {
  const ordered = [...teams].sort(
    (a, b) => Number(b.yours) - Number(a.yours) || a.name.localeCompare(b.name),
  );
  const whole = ordered.map(
    (team): Target => ({
      id: team.id,
      team: team.id,
      agent: null,
      name: team.name,
      hint: t("bulk-team-hint", { city: team.city, tier: String(team.tier) }),
    }),
  );
  const people = ordered.flatMap((team) =>
    agents
      .filter((agent) => agent.teams.includes(team.id))
      .map((agent): Target => {
        const { load, capacity } = agent;
        const shift = t(agent.on_shift ? "escalation-on-shift" : "escalation-off-shift");
        return {
          id: `${team.id}/${agent.id}`,
          team: team.id,
          agent: agent.id,
          name: agent.person.name,
          hint: t("bulk-person-hint", { team: team.name, shift, load, capacity }),
        };
      }),
  );
  return [...whole, ...people];
}

/** The targets as a list to pick from. */
export function itemsOf(targets: readonly Target[]): PickItem[] {
  return targets.map(({ id, agent, name, hint }) => ({
    id,
    label: name,
    hint,
    icon: agent === null ? "people" : "person",
    group: t(agent === null ? "bulk-teams" : "bulk-people"),
  }));
}
