/** How components reach the registry and the layer they stand in. Call these while initialising. */
import { getContext, onDestroy, setContext } from "svelte";
import type { Handler, Layer, Registry } from "./registry.svelte";

const REGISTRY = Symbol("registry");
const LAYER = Symbol("layer");

/** Gives the registry to everything below. */
export function provideRegistry(registry: Registry): void {
  setContext(REGISTRY, registry);
}

/** The registry of the window. */
export function useRegistry(): Registry {
  const registry = getContext<Registry | undefined>(REGISTRY);
  if (!registry) throw new Error("no registry above this component");
  return registry;
}

/** Says how commands are done while this component stands, in the layer it stands in. */
export function useCommands(handlers: Readonly<Record<string, Handler>>): void {
  const layer = getContext<Layer | undefined>(LAYER) ?? 0;
  onDestroy(useRegistry().provide(handlers, layer));
}

/** Opens a layer over the page while this component stands; what is below it belongs to it. */
export function useLayer(): Layer {
  const { layer, leave } = useRegistry().enter();
  setContext(LAYER, layer);
  onDestroy(leave);
  return layer;
}
