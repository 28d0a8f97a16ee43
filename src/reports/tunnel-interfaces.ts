/** Tunnel interfaces, and the interfaces that carry their packets. */
import { isTunnelInterface } from "../net/interface-names.ts";
import type { SourceSummary } from "./capture-summary.ts";

/** Ethernet, Wi-Fi and cellular interfaces of macOS, iOS and Linux. */
const CARRIER = /^(?:en|eth|wl|ww|pdp_ip)[a-z0-9]{1,13}$/;

/**
 * The names of tunnel interfaces that have packets, and of their carriers, each once; null unless both occur. The same
 * traffic counts on both, mostly encrypted on the latter.
 */
export function tunnelsWithCarriers(
  sources: readonly SourceSummary[],
): { readonly tunnels: readonly string[]; readonly carriers: readonly string[] } | null {
  const names = sources
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ name, packets }) => (name === null || packets === 0 ? [] : [name]));
  const tunnels = [...new Set(names.filter(isTunnelInterface))];
  const carriers = [...new Set(names.filter((name) => CARRIER.test(name)))];
  return tunnels.length === 0 || carriers.length === 0 ? null : { tunnels, carriers };
}
