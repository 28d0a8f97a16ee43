/** Which ports have the same answers where nothing else is known of a flow. */
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";

/** What answers of a port are kept by: one object for all ports that are alike in what an answer is made of. Compared by identity. */
export type PortAlike = object;

/** Makes them. Owned by who attributes: they are kept as long as its answers. */
export class PortAnswers {
  /** By the match of the other transport for ports without a row, which may have a label from there; and of infrastructure. */
  readonly #alike = [
    new Map<PortMatch, PortAlike>(),
    new Map<PortMatch, PortAlike>(),
    new Map<PortMatch, PortAlike>(),
  ];

  /** @param other the match of the same port of the other transport */
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
