/** Small numbers for groups of flows, in the order in which they are met: what is added up by group is added up by these. */
import type { Attribution } from "../evidence/attribution/evidence.ts";
import type { PortMatch, ServiceTable } from "../knowledge/port-list/service-table.ts";
import type { AttributedFlow } from "./collector.ts";
import { type GroupKey, groupIdOf, groupOf, idOf } from "./group-id.ts";

/** What the flows of a group have in common, and its id. */
export type DescribedGroup = ReturnType<typeof groupOf> & { readonly id: string };

export class GroupNumbers {
  readonly #services: ServiceTable;
  #groups: GroupKey[] = [];
  /** That of the last flow: often that of the next one. */
  #last = 0;
  #numbers = new Map<Attribution, Map<PortMatch, number>[]>();

  constructor(services: ServiceTable) {
    this.#services = services;
  }

  /** The number of a flow's group, from 0 on. */
  of({ flow, attribution, servicePort }: AttributedFlow): number {
    const { transport } = flow;
    const match = this.#services.lookup(transport, servicePort);
    const last = this.#groups[this.#last];
    if (last?.attribution === attribution && last.match === match && last.transport === transport) {
      return this.#last;
    }
    this.#last = this.#numberOf(attribution, match, transport);
    return this.#last;
  }

  /** The id of each group; of several numbers that are one group after all, the same. Owned by the caller. */
  ids(): string[] {
    return this.#groups.map((group) => groupIdOf(group, this.#services));
  }

  /** What the group of a number is, with its id. Owned by the caller. */
  describe(number: number): DescribedGroup {
    const common = groupOf(this.#groups[number], this.#services);
    return { id: idOf(common), ...common };
  }

  /** A copy that goes on apart from this one. */
  copy(): GroupNumbers {
    const copy = new GroupNumbers(this.#services);
    copy.#groups = [...this.#groups];
    copy.#numbers = new Map(
      [...this.#numbers].map(([attribution, maps]) => [attribution, maps.map((map) => new Map(map))]),
    );
    return copy;
  }

  #numberOf(attribution: Attribution, match: PortMatch, transport: 0 | 1): number {
    let byTransport = this.#numbers.get(attribution);
    if (byTransport === undefined) {
      byTransport = [new Map(), new Map()];
      this.#numbers.set(attribution, byTransport);
    }
    const known = byTransport[transport].get(match);
    if (known !== undefined) return known;
    const number = this.#groups.push({ attribution, match, transport }) - 1;
    byTransport[transport].set(match, number);
    return number;
  }
}
