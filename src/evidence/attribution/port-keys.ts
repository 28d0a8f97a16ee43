/** Groups ports that have the same answers if nothing else is known of a flow. */
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";

/** Key for the answers of a port: one object for all ports with equal inputs. Compared by identity. */
export type PortKey = object;

/** Creates the keys. Owned by the attributor: they live as long as its answers. */
export class PortKeys {
  /**
   * For ports without a row, by the match of the other transport, which may supply a label; separately for infrastructure.
   */
  readonly #keys = [
    new Map<PortMatch, PortKey>(),
    new Map<PortMatch, PortKey>(),
    new Map<PortMatch, PortKey>(),
  ];

  /** @param other match of the same port of the other transport */
  of(match: PortMatch, other: PortMatch, isInfrastructure: boolean): PortKey {
    const hasRow = match.match !== "none";
    if (hasRow && !isInfrastructure) return match;
    const keys = this.#keys[hasRow ? 0 : isInfrastructure ? 1 : 2];
    const by = hasRow ? match : other;
    let known = keys.get(by);
    if (known === undefined) {
      known = {};
      keys.set(by, known);
    }
    return known;
  }
}
