/** Assigns small numbers to groups of flows, in order of appearance; totals by group are indexed by these. */
import type { Attribution } from "../evidence/attribution/evidence.ts";
import type { PortMatch, ServiceTable } from "../knowledge/port-list/service-table.ts";
import type { AttributedFlow } from "./collector.ts";
import { type GroupKey, groupIdOf, groupOf, idOf } from "./group-id.ts";

/** What the flows of a group have in common, and the group's id. */
export type DescribedGroup = ReturnType<typeof groupOf> & { readonly id: string };

export class GroupNumbers {
  readonly #services: ServiceTable;
  #groups: GroupKey[] = [];
  /** Number of the previous flow's group, which is often also that of the next flow. */
  #last = 0;
  #numbers = new Map<Attribution, Map<PortMatch, number>[]>();

  constructor(services: ServiceTable) {
    this.#services = services;
  }

  /** Number of a flow's group, from 0 on. */
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

  /** Id of the group with that number. */
  idOf(number: number): string {
    return groupIdOf(this.#groups[number], this.#services);
  }

  /** Id of each group; numbers that turn out to be the same group get the same id. Owned by the caller. */
  ids(): string[] {
    return this.#groups.map((group) => groupIdOf(group, this.#services));
  }

  /** Describes the group with that number. Owned by the caller. */
  describe(number: number): DescribedGroup {
    const common = groupOf(this.#groups[number], this.#services);
    return { id: idOf(common), ...common };
  }

  /** Returns an independent copy. */
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
