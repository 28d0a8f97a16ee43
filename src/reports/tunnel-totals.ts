/** Counts, for each kind of tunnel, the packets counted inside it and outside. */
import { TUNNEL_NAMES } from "../packets/decode/tunnels.ts";
import type { TunnelSummary } from "./capture-summary.ts";

export class TunnelTotals {
  readonly #inside = new Float64Array(TUNNEL_NAMES.length);
  readonly #outside = new Float64Array(TUNNEL_NAMES.length);

  /** Counts a packet: its kinds of tunnel, and those among them that its ports are inside of (bits of `Tunnel`). */
  count(tunnels: number, inside: number): void {
    for (let i = 0; i < TUNNEL_NAMES.length; i++) {
      const bit = 1 << i;
      if ((tunnels & bit) === 0) continue;
      if ((inside & bit) !== 0) this.#inside[i] += 1;
      else this.#outside[i] += 1;
    }
  }

  /** The kinds that occurred, by name. */
  toSummary(): Record<string, TunnelSummary> {
    const summary: Record<string, TunnelSummary> = {};
    for (const [i, name] of TUNNEL_NAMES.entries()) {
      const inside = this.#inside[i];
      const outside = this.#outside[i];
      if (inside + outside > 0) summary[name] = { inside, outside };
    }
    return summary;
  }
}
