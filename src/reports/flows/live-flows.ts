/** Live flows that match a query: the first N in some order, and their total number. */
import type { Attribution, FlowClass } from "../../evidence/attribution/evidence.ts";
import { originatorSide } from "../../flows/orientation.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";
import { GroupNumbers } from "../group-numbers.ts";

/** Why a flow may belong to a product: evidence names it (alone or beside others), or only the port allows it. */
export type FlowClaim = "named" | "possible";

/** Orders of live flows: numbers descending, texts ascending. */
export const LIVE_FLOW_ORDERS = [
  "rate",
  "bytes",
  "packets",
  "last",
  "begun",
  "port",
  "originator",
  "responder",
  "name",
  "product",
  "how",
] as const;
/** One of `LIVE_FLOW_ORDERS`. */
export type LiveFlowOrder = (typeof LIVE_FLOW_ORDERS)[number];

/** Selects live flows and their order. */
export interface LiveFlowQuery {
  /** Only flows of this product, by this claim. */
  readonly product?: { readonly name: string; readonly claim: FlowClaim };
  /** Only flows with this device (its id) at an end. */
  readonly device?: string;
  /** Only flows of these groups, by id. */
  readonly groups?: ReadonlySet<string>;
  /** Only flows of these classes. */
  readonly classes?: readonly FlowClass[];
  /** Only flows with this text in an address, a name or a product, or with this port. */
  readonly search?: string;
  /** Default "bytes"; with pseudonyms, the hidden texts do not affect the order. */
  readonly order?: LiveFlowOrder;
  readonly isReversed?: boolean;
  /** Maximum number of described flows. */
  readonly limit: number;
}

/** A live flow with its rate. */
export interface LiveFlow extends FlowReport {
  /** Id of its group. */
  readonly group: string;
  /** Bytes that it moved in the last interval. */
  readonly moved: number;
}

/** Live flows as they are at one moment. Owned. */
export interface LiveFlows {
  /** Number of matching flows, described or not, and their bytes. */
  readonly count: number;
  readonly bytes: number;
  /** The first ones in the requested order. */
  readonly flows: readonly LiveFlow[];
}

/** What a collector of live flows needs besides the query. */
export interface LiveFlowSources {
  readonly services: ServiceTable;
  /** Bytes that the flow in an entry moved in the last interval. */
  readonly movedBy: (entry: number) => number;
  /** The name that the query uses for the id of a device. */
  readonly deviceName: (id: string) => string;
}

/** A flow by its entry: describing it costs more than counting it. */
interface Ranked {
  readonly entry: number;
  readonly rank: number | string;
}

/** Must be shown live flows only: it describes them by their entries while they live. */
export class LiveFlowCollector implements Collector<LiveFlows> {
  readonly #query: LiveFlowQuery;
  readonly #sources: LiveFlowSources;
  readonly #rankOf: (shown: AttributedFlow) => number | string;
  readonly #compare: (a: Ranked, b: Ranked) => number;
  readonly #groups: GroupNumbers;
  /** Whether the query selects the flows of a group, by group number. */
  readonly #selectedGroups: boolean[] = [];
  readonly #isDevice = new Map<number, boolean>();
  readonly #matchesSearch: ((shown: AttributedFlow) => boolean) | null;
  #ranked: Ranked[] = [];
  /** The last of the requested number of flows so far: flows that sort after it are skipped. */
  #worst: Ranked | null = null;
  #count = 0;
  #bytes = 0;

  constructor(query: LiveFlowQuery, sources: LiveFlowSources) {
    this.#query = query;
    this.#sources = sources;
    this.#groups = new GroupNumbers(sources.services);
    this.#rankOf = rankBy(query.order ?? "bytes", sources.movedBy);
    this.#compare = comparing(query.isReversed ?? false);
    this.#matchesSearch = searchFor(query.search ?? "");
  }

  add(attributed: AttributedFlow): void {
    if (!this.#isSelected(attributed)) return;
    const { flow } = attributed;
    this.#count++;
    this.#bytes += flow.bytes(0) + flow.bytes(1);
    const one = { entry: flow.entry, rank: this.#rankOf(attributed) };
    if (this.#worst !== null && this.#compare(one, this.#worst) > 0) return;
    this.#ranked.push(one);
    if (this.#ranked.length >= 2 * this.#query.limit) this.#keepBest();
  }

  snapshot(): LiveFlowCollector {
    return new LiveFlowCollector(this.#query, this.#sources);
  }

  /** The flows must still be live. */
  report(reading: Reading): Steps<LiveFlows> {
    return inOneStep(() => {
      this.#keepBest();
      const flows = this.#ranked.map(({ entry }) => {
        const attributed = reading.liveFlow(entry);
        const group = this.#groups.idOf(this.#groups.of(attributed));
        return { ...attributed.describe(), group, moved: this.#sources.movedBy(entry) };
      });
      return { count: this.#count, bytes: this.#bytes, flows };
    });
  }

  #isSelected(attributed: AttributedFlow): boolean {
    const { device } = this.#query;
    const group = this.#groups.of(attributed);
    this.#selectedGroups[group] ??= this.#isGroupSelected(attributed.attribution, group);
    if (!this.#selectedGroups[group]) return false;
    if (device !== undefined && !this.#isAt(attributed, 0, device) && !this.#isAt(attributed, 1, device))
      return false;
    return this.#matchesSearch === null || this.#matchesSearch(attributed);
  }

  #isGroupSelected({ class: flowClass, products, candidates }: Attribution, group: number): boolean {
    const { product, groups, classes } = this.#query;
    if (classes !== undefined && !classes.includes(flowClass)) return false;
    if (groups !== undefined && !groups.has(this.#groups.idOf(group))) return false;
    if (product === undefined) return true;
    return (product.claim === "named" ? products : candidates).some(({ name }) => name === product.name);
  }

  #isAt(attributed: AttributedFlow, side: number, device: string): boolean {
    const tenancy = attributed.tenancyAt(side);
    const known = this.#isDevice.get(tenancy);
    if (known !== undefined) return known;
    const id = attributed.deviceAt(side);
    const isDevice = id !== null && this.#sources.deviceName(id) === device;
    this.#isDevice.set(tenancy, isDevice);
    return isDevice;
  }

  #keepBest(): void {
    const { limit } = this.#query;
    this.#ranked = this.#ranked.sort(this.#compare).slice(0, limit);
    if (this.#ranked.length === limit) this.#worst = this.#ranked[limit - 1] ?? null;
  }
}

/** Ties are broken by entry number, which is stable. */
function comparing(isReversed: boolean): (a: Ranked, b: Ranked) => number {
  const sign = isReversed ? -1 : 1;
  return (a, b) => {
    if (a.rank === b.rank) return a.entry - b.entry;
    const isFirst = typeof a.rank === "string" ? isBefore(a.rank, String(b.rank)) : a.rank > Number(b.rank);
    return isFirst ? -sign : sign;
  };
}

/** A non-empty text sorts before an empty one. */
function isBefore(a: string, b: string): boolean {
  return a !== "" && (b === "" || a < b);
}

function rankBy(
  order: LiveFlowOrder,
  movedBy: LiveFlowSources["movedBy"],
): (attributed: AttributedFlow) => number | string {
  switch (order) {
    case "rate":
      return ({ flow }) => movedBy(flow.entry);
    case "bytes":
      return ({ flow }) => flow.bytes(0) + flow.bytes(1);
    case "packets":
      return ({ flow }) => flow.packets(0) + flow.packets(1);
    case "last":
      return ({ flow }) => flow.lastSeconds + flow.lastNanoseconds / 1e9;
    case "begun":
      return ({ flow }) => flow.firstSeconds + flow.firstNanoseconds / 1e9;
    case "port":
      return ({ servicePort }) => servicePort ?? -1;
    case "originator":
      return ({ flow, oriented }) => flow.address(originatorSide(oriented));
    case "responder":
      return ({ flow, oriented }) => flow.address(1 - originatorSide(oriented));
    case "name":
      return (attributed) => serverNameOf(attributed) ?? "";
    case "product":
      return ({ attribution }) => attribution.products[0]?.name ?? attribution.candidates[0]?.name ?? "";
    case "how":
      return ({ attribution }) => attribution.evidence ?? attribution.class;
  }
}

function serverNameOf({ facts }: AttributedFlow): string | null {
  return facts.handshake?.serverName ?? facts.process;
}

/** Characters of an address; other text is searched for in names only. */
const ADDRESS_PART = /^[0-9a-f.:]+$/;
const PORT = /^\d{1,5}$/;

/** null: every flow matches. */
function searchFor(search: string): ((attributed: AttributedFlow) => boolean) | null {
  const text = search.trim().toLowerCase();
  if (text === "") return null;
  const port = PORT.test(text) ? Number(text) : null;
  const mayBeAddress = ADDRESS_PART.test(text);
  return (attributed) => {
    const { flow, attribution, facts } = attributed;
    if (port !== null && (flow.port(0) === port || flow.port(1) === port)) return true;
    const names = [facts.handshake?.serverName, facts.process];
    if (names.some((name) => name?.toLowerCase().includes(text))) return true;
    const products = [...attribution.products, ...attribution.candidates];
    if (attribution.class === "identified" && products.some(({ name }) => name.toLowerCase().includes(text)))
      return true;
    return mayBeAddress && (flow.address(0).includes(text) || flow.address(1).includes(text));
  };
}
