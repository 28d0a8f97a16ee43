/** How packets are read and told apart into flows: the same for files and for live interfaces. */
import type { Pseudonyms } from "../anonymise/pseudonyms.ts";
import { InputError } from "../errors.ts";
import { DEFAULT_IDLE_TIMEOUT_SECONDS, DEFAULT_MAX_FLOWS } from "../flows/flow-table.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { MAX_DURATION_SECONDS, type Moment } from "../net/moment.ts";
import { formatRfc3339 } from "../net/rfc3339.ts";
import { MAX_FLOWS_LIMIT } from "../packets/kernel/kernel.ts";
import type { SummaryOptions } from "../reports/capture-summary.ts";

/** Digits of a second in the times of a window. */
const TIME_DIGITS = 9;

/** What every command that reads packets can be told. */
export interface ReadingOptions {
  /** The list to attribute by; Apple's own where nothing is given (`loadPortList`). */
  readonly services?: ServiceTable;
  /**
   * What names, addresses and processes mean; the project's own where nothing is given (`loadEvidenceRules`), null to
   * go by ports alone.
   */
  readonly rules?: EvidenceRules | null;
  /** Seconds without a packet that end a flow (default 3600, live 300); 0: a five-tuple is one flow for the whole capture. */
  readonly idleTimeoutSeconds?: number;
  /** Flows that may be live at once (default 2,000,000). */
  readonly maxFlows?: number;
  /** Only packets from this moment on. */
  readonly from?: Moment;
  /** Only packets before this moment. */
  readonly to?: Moment;
  /** Only packets that match this expression: the usual subset of tcpdump's language. */
  readonly filter?: string;
  /** Whether packets count by their outermost IP header: no tunnel is looked into (default false). The filter goes by it too. */
  readonly outer?: boolean;
  /**
   * Whether a packet that was captured several times counts once (default false): on a bridge and its members, on `any`, on
   * both sides of a NAT. Else duplicates are only counted, in {@link CaptureSummary.duplicates}.
   */
  readonly deduplicate?: boolean;
  /**
   * The part of one CPU that evidence may take, of each second of capture time: packets beyond it are counted, and not looked
   * at (default: no limit; in {@link monitor} 0.5). {@link Summary.evidenceDropped} has how many.
   */
  readonly evidenceShare?: number;
  /** Names that take the place of addresses, hosts, devices, processes and files in all that is told (`loadPseudonyms`). */
  readonly pseudonyms?: Pseudonyms;
}

/** What flows are attributed by. */
export interface Knowledge {
  readonly services: ServiceTable;
  /** Null: flows are attributed by their ports alone. */
  readonly rules: EvidenceRules | null;
}

/** What the options name, or what the project knows. Throws `InputError` where its files cannot be read. */
export function loadKnowledge(options: Pick<ReadingOptions, "services" | "rules">): Knowledge {
  const services = options.services ?? loadServiceTable();
  return { services, rules: options.rules === undefined ? loadEvidenceRules(services) : options.rules };
}

/** Limits of the flow table. */
export interface FlowLimits {
  readonly maxFlows: number;
  readonly idleTimeoutSeconds: number;
}

/** The limits, checked: throws `InputError` for those with which the flow table would lose packets or never end. */
export function flowLimits({
  maxFlows = DEFAULT_MAX_FLOWS,
  idleTimeoutSeconds = DEFAULT_IDLE_TIMEOUT_SECONDS,
}: ReadingOptions): FlowLimits {
  if (!Number.isInteger(maxFlows) || maxFlows < 1 || maxFlows > MAX_FLOWS_LIMIT) {
    const message = `maxFlows must be a whole number from 1 to ${MAX_FLOWS_LIMIT}, not ${maxFlows}`;
    throw new InputError("bad_argument", message);
  }
  if (!Number.isFinite(idleTimeoutSeconds) || idleTimeoutSeconds < 0) {
    const message = `idleTimeoutSeconds must be a number from 0 on, not ${idleTimeoutSeconds}`;
    throw new InputError("bad_argument", message);
  }
  return { maxFlows, idleTimeoutSeconds };
}

/** A length of time, checked: throws `InputError` for one that is not a whole number of seconds, or is beyond all captures. */
export function wholeSeconds(option: string, seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_DURATION_SECONDS) return seconds;
  const message = `${option} must be a whole number of seconds from 1 to ${MAX_DURATION_SECONDS}, not ${seconds}`;
  throw new InputError("bad_argument", message);
}

/** What a report says of the options that it was made with. */
export function summaryOptions(
  { from, to, filter, outer = false, deduplicate = false }: ReadingOptions,
  { idleTimeoutSeconds, maxFlows }: FlowLimits,
  evidence: boolean,
): SummaryOptions {
  const time = (moment: Moment | undefined) =>
    moment === undefined ? null : formatRfc3339(moment.seconds, moment.nanoseconds, TIME_DIGITS);
  return {
    evidence,
    from: time(from),
    to: time(to),
    filter: filter ?? null,
    idleTimeoutSeconds,
    maxFlows,
    outer,
    deduplicate,
  };
}
