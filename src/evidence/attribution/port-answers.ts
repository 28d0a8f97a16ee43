/** Groups ports that have the same answers if nothing else is known of a flow. */
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";

/** Key for the answers of a port: one object for all ports with equal inputs. Compared by identity. */
export type PortAlike = object;

/** Creates the keys. Owned by the attributor: they live as long as its answers. */
export class PortAnswers {
  /**
   * For ports without a row, by the match of the other transport, which may supply a label; separately for infrastructure.
   */
  readonly #alike = [
    new Map<PortMatch, PortAlike>(),
    new Map<PortMatch, PortAlike>(),
    new Map<PortMatch, PortAlike>(),
  ];

  /** @param other match of the same port of the other transport */
  of(match: PortMatch, other: PortMatch, isInfrastructure: boolean): PortAlike {
    const hasRow = match.match !== "none";
    if (hasRow && !isInfrastructure) return match;
    const alike = this.#alike[hasRow ? 0 : isInfrastructure ? 1 : 2];
    const by = hasRow ? match : other;
    let known = alike.get(by);
    if (known === undefined) {
      known = {};
      alike.set(by, known);
    }
    return known;
  }
}
