/**
 * A damaged file was set aside when the desk opened: said once, until it is answered. What it is
 * made up of (fetching again, signing in again) is said by the status bar.
 */
import { t } from "../i18n/locale.svelte";
import type { SalvagedView } from "../ipc/generated";
import { notices } from "../shared/notices.svelte";
import { status } from "./status.svelte";

/** Tells of a damaged file, until the returned function is called. */
export function tellOfDamage(): () => void {
  let notice: number | undefined;
  let told = "";
  const leave = $effect.root(() => {
    $effect(() => {
      // Damage may show again while the window is open: then the desk has another to tell of.
      const now = JSON.stringify(status.view?.salvaged ?? null);
      if (now === told) return;
      told = now;
      if (status.view?.salvaged) notice = tell(status.view.salvaged);
    });
  });
  return () => {
    leave();
    if (notice !== undefined) notices.drop(notice);
  };
}

function tell({ saved, lost }: SalvagedView): number {
  const text = [t("notice-damaged"), t("notice-damaged-saved", { n: saved })];
  if (lost > 0) text.push(t("notice-damaged-lost", { n: lost }));
  const act = { label: t("shared-understood"), run: () => {} };
  return notices.add({ text: text.join(" "), hot: true, act });
}
