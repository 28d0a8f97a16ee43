/** Ports on which the owner of the requesting process means nothing: DNS, DHCP and the like serve all programs of a host. */
import { PORTS } from "../../net/port-numbers.ts";
import type { PortRange } from "../port-list/port-cell.ts";
import type { TransportIndex } from "../port-list/service-table.ts";

/** One row of infrastructure ports. */
export interface InfrastructureRule {
  readonly ports: readonly PortRange[];
  readonly transports: readonly TransportIndex[];
}

/** A set of ports of both transports. Immutable after construction. */
export class InfrastructurePorts {
  readonly #has = new Uint8Array(2 * PORTS);

  constructor(rules: readonly InfrastructureRule[]) {
    for (const { ports, transports } of rules) {
      for (const transport of transports) {
        for (const { first, last } of ports) {
          this.#has.fill(1, transport * PORTS + first, transport * PORTS + last + 1);
        }
      }
    }
  }

  /** Whether a service port is in the set. No allocation. */
  has(transport: TransportIndex, port: number): boolean {
    return this.#has[transport * PORTS + port] === 1;
  }
}
