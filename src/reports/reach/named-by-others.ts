/** Names targets whose client showed no name by what other clients requested at the same address and port. */
import type { ReachTarget } from "./reach-report.ts";

interface Known {
  readonly target: ReachTarget;
  readonly clients: Set<string>;
  /** Clients requested different names there, so the name is unknown. */
  isAmbiguous: boolean;
}

/** Returns the targets in the same order, with names added. */
export function nameByOthers(targets: readonly ReachTarget[]): readonly ReachTarget[] {
  const known = new Map<string, Known>();
  for (const target of targets) {
    if (target.name === null) continue;
    const place = known.get(keyOf(target));
    if (place === undefined) {
      known.set(keyOf(target), { target, clients: new Set([target.client]), isAmbiguous: false });
      continue;
    }
    place.clients.add(target.client);
    if (place.target.name !== target.name) place.isAmbiguous = true;
  }
  return targets.map((target) => {
    const place = known.get(keyOf(target));
    if (target.name !== null || target.class !== "apple" || place === undefined || place.isAmbiguous)
      return target;
    const { name, products, class: flowClass } = place.target;
    return { ...target, name, products, class: flowClass, namedByOthers: place.clients.size };
  });
}

function keyOf({ transport, address, port }: ReachTarget): string {
  return `${transport} ${port} ${address}`;
}
