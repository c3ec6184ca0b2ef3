/**
 * Facts of a ticket's history as sentences: which message of the catalogue, with which arguments.
 *
 * The names of people, teams and things stand in `slots`, so that each can carry its own
 * direction; codes are put into the reader's words here. Facts that only point at words
 * (`replied`, `noted`, `customer_wrote`) have no sentence: the words themselves stand there.
 */
import { t } from "../i18n/locale.svelte";
import type { Answer, Escalation, Fact, Holder, PersonView } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";
import { dayAndTime, type Instant, instant } from "../shared/time";

/** A sentence to be printed with `tParts(id, slots, args)`. */
export type Sentence = {
  id: string;
  slots: Record<string, string>;
  args: Record<string, string | number>;
  glyph: GlyphName;
};

/** What a sentence is made from. */
export type Told = {
  fact: Fact;
  person: PersonView;
  names: Readonly<Record<string, string | undefined>>;
  now: Instant;
};

/** The sentence of a fact, or undefined if its words stand in the thread themselves. */
export function sentenceOf({ fact, person, names, now }: Told): Sentence | undefined {
  const by = nameOf(person);
  const nameById = (id: string) => names[id] ?? t("event-somebody");
  const made = (
    glyph: GlyphName,
    id: string,
    slots: Record<string, string> = {},
    args: Record<string, string | number> = {},
  ): Sentence => ({ id: `event-${id}`, slots: { by, ...slots }, args, glyph });

  switch (fact.code) {
    case "customer_wrote":
    case "replied":
    case "noted":
      return undefined;
    case "created":
      return made("inbox", "created-channel", {}, { channel: t(`channel-${fact.channel}`) });
    case "subject_changed":
      return made("draft", "subject_changed", { to: fact.to });
    case "status_changed": {
      const to = t(`status-${fact.to}`);
      if (fact.pending_until === null) {
        return made(statusGlyph(fact.to), "status_changed", { from: t(`status-${fact.from}`), to });
      }
      const time = dayAndTime(instant(fact.pending_until), now);
      return made(statusGlyph(fact.to), "status_changed-until", { to }, { time });
    }
    case "severity_changed": {
      const way = fact.to < fact.from ? "raised" : "lowered";
      return made("flag", `severity_${way}`, { from: fact.from, to: fact.to });
    }
    case "assigned":
      return made("person", ...assigned(fact.to, person, nameById));
    case "tagged":
    case "untagged":
      return made("tag", fact.code, { tags: fact.tags.join(", ") }, { n: fact.tags.length });
    case "resource_linked":
    case "resource_unlinked":
      return made("server", fact.code, { name: nameById(fact.resource) });
    case "escalation_requested":
      return made("escalate", ...requested(fact.escalation, nameById));
    case "escalation_answered":
      return made("escalate", ...answered(fact.answer));
    case "stage_changed":
      return made("chevron", "stage_changed", {
        from: t(`stage-${fact.from}`),
        to: t(`stage-${fact.to}`),
      });
    case "solved":
      return made("check", "solved", { resolution: t(`resolution-${fact.resolution.code}`) });
    case "reopened":
      return made("undo", "reopened");
    case "attached":
      return made("clip", "attached", { name: fact.attachment.name });
  }
}

type Named = (id: string) => string;

function assigned(to: Holder, by: PersonView, nameById: Named): [string, Record<string, string>?] {
  if (to.agent === null) return ["assigned-team", { to: nameById(to.team) }];
  if (to.agent === by.id) return ["assigned-self"];
  return ["assigned", { to: nameById(to.agent) }];
}

function requested({ kind, to }: Escalation, nameById: Named): [string, Record<string, string>] {
  return [`escalation_requested-${kind}`, { to: nameById(to.agent ?? to.team) }];
}

function answered(answer: Answer): [string, Record<string, string>] {
  const reason = "reason" in answer ? answer.reason : "";
  return [`escalation_answered-${answer.state}`, reason === "" ? {} : { reason }];
}

/** What somebody is called: you, their name, or Holdfast itself. */
export function nameOf(person: PersonView): string {
  if (person.you) return t("shared-you");
  return person.id === "" ? t("by-system") : person.name;
}

/** The sign of a status category. */
export function statusGlyph(category: string): GlyphName {
  return `status-${category.replace("_", "-")}` as GlyphName;
}
