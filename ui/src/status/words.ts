/** The status bar's parts in words. Each is a fact; none is shown when there is nothing to say. */
import { has } from "../i18n/catalogue";
import { t } from "../i18n/locale.svelte";
import type { StatusView } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";
import { age, clockTime, type Instant, instant, secondsBetween } from "../shared/time";

/** The connection, as tests and styles know it. */
export type LinkState = "synced" | "sending" | "offline" | "needs_you";

export type Link = { state: LinkState; look: string; icon: GlyphName; text: string };

/** What is said of the connection. */
export function linkOf(status: StatusView, now: Instant): Link {
  const { connection, sending, data_as_of } = status;
  if (connection === "offline") {
    const text = t("bar-offline-since", { time: clockTime(instant(status.since)) });
    return { state: "offline", look: "offline", icon: "offline", text };
  }
  if (connection === "sign_in_needed") {
    return { state: "needs_you", look: "needs", icon: "key", text: t("bar-signed-out") };
  }
  if (sending > 0) {
    return link("sending", t("bar-sending", { n: sending }));
  }
  if (connection === "syncing") return link("sending", t("bar-catching-up"));
  const text =
    data_as_of === null
      ? t("bar-synced")
      : t("bar-synced-age", { age: age(Math.max(0, secondsBetween(instant(data_as_of), now))) });
  return { state: "synced", look: "fresh", icon: "check", text };
}

function link(state: LinkState, text: string): Link {
  return { state, look: "sending", icon: "sync", text };
}

/** How old the data is, unless the connection says it already. */
export function ageText({ connection, sending, data_as_of }: StatusView, now: Instant) {
  if (data_as_of === null) return t("bar-data-none");
  if (connection === "synced" && sending === 0) return undefined;
  return t("bar-data-age", { age: age(Math.max(0, secondsBetween(instant(data_as_of), now))) });
}

/** What waits for the reader's decision. */
export function needsText({ needs_you, held }: StatusView): string | undefined {
  if (needs_you === 0) return undefined;
  return held === needs_you ? t("bar-held", { n: held }) : t("bar-needs-you", { n: needs_you });
}

/** Why there is no connection; undefined while there is nothing to tell. */
export function troubleText({ trouble, connection }: StatusView): string | undefined {
  if (trouble === null || connection === "synced") return undefined;
  const id = `bar-trouble-${trouble}`;
  return has(id) ? t(id) : t("bar-trouble-unknown", { code: trouble });
}

/** Troubles that waiting does not cure: they stand in the bar, not only behind the connection. */
const LASTING = new Set(["too_old", "too_new", "revoked", "disk"]);

/** Whether the trouble wants somebody to act. */
export function lasts({ trouble }: StatusView): boolean {
  return trouble !== null && LASTING.has(trouble);
}

/** What is still being brought here or prepared. */
export function progressText({ fetching, indexing }: StatusView): string | undefined {
  if (fetching) {
    const { done, all } = fetching;
    return t("bar-fetching", { done, all });
  }
  if (!indexing || indexing.all === 0) return undefined;
  return t("bar-indexing", { percent: Math.floor((100 * indexing.done) / indexing.all) });
}
