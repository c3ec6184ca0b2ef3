/** A customer's cloud things: their signs, and linking them to a ticket. */
import { t } from "../i18n/locale.svelte";
import type { ResourceView, TicketId } from "../ipc/generated";
import type { GlyphName } from "../shared/glyphs";
import { act } from "../ticket/act";

const GLYPHS: Readonly<Record<string, GlyphName>> = {
  instance: "server",
  cluster: "server",
  bucket: "disk",
  database: "disk",
  dataset: "disk",
  vpc: "network",
  balancer: "network",
  gateway: "network",
  cdn: "globe",
  waf: "lock",
  certificate: "lock",
  key: "key",
};

/** The sign of a kind of resource. */
export function resourceGlyph(kind: string): GlyphName {
  return GLYPHS[kind] ?? "server";
}

const LOOKS: Readonly<Record<string, string>> = { healthy: "", crashed: "bad", degraded: "ill" };

/** How its health looks: a dot when well, a square when ill, a ring when nobody knows. */
export function healthLook(health: string): string {
  return LOOKS[health] ?? "idle";
}

/** Links a resource to a ticket, or takes the link off. */
export function setLinked(ticket: TicketId, resource: ResourceView, linked: boolean) {
  const name = resource.native_id;
  return act(
    ticket,
    { act: linked ? "resource_link" : "resource_unlink", resource: resource.id },
    { text: t(linked ? "notice-linked" : "notice-unlinked", { name }), icon: "server" },
  );
}
