/** How packets are read and assigned to flows: the same for files and live interfaces. */
import type { Pseudonyms } from "../anonymise/pseudonyms.ts";
import { InputError } from "../errors.ts";
import { DEFAULT_IDLE_TIMEOUT_SECONDS, DEFAULT_MAX_FLOWS } from "../flows/flow-table.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { MOST_DURATION_SECONDS, type Moment } from "../net/moment.ts";
import { formatRfc3339 } from "../net/rfc3339.ts";
import { MAX_FLOWS_LIMIT } from "../packets/kernel/kernel.ts";
import type { SummaryOptions } from "../reports/capture-summary.ts";

/** Digits of a second in the times of a window. */
const TIME_DIGITS = 9;

/** Options of every command that reads packets. */
export interface ReadingOptions {
  /** The port list; default: Apple's own (`loadPortList`). */
  readonly services?: ServiceTable;
  /**
   * The meaning of names, addresses and processes; default: the project's own (`loadEvidenceRules`); null for
   * port-only mode.
   */
  readonly rules?: EvidenceRules | null;
  /** Seconds without a packet that end a flow (default 3600, live 300); 0: a five-tuple is one flow for the whole capture. */
  readonly idleTimeoutSeconds?: number;
  /** Maximum number of live flows (default 2,000,000). */
  readonly maxFlows?: number;
  /** Only packets from this moment on. */
  readonly from?: Moment;
  /** Only packets before this moment. */
  readonly to?: Moment;
  /** Only packets that match this expression: the common subset of tcpdump's language. */
  readonly filter?: string;
  /** Whether packets count by their outermost IP header, without decapsulation (default false). The filter does the same. */
  readonly outer?: boolean;
  /**
   * Whether a packet that was captured several times counts once (default false): on a bridge and its members, on `any`, on
   * both sides of a NAT. Otherwise duplicates are only reported, in {@link CaptureSummary.duplicates}.
   */
  readonly deduplicate?: boolean;
  /**
   * The share of one CPU that evidence may take, of each second of capture time: packets beyond it are counted, but not
   * inspected (default: no limit; in {@link monitor} 0.5). {@link Summary.evidenceDropped} has their number.
   */
  readonly evidenceShare?: number;
  /** Pseudonyms for addresses, hosts, devices, processes and files in all results (`loadPseudonyms`). */
  readonly pseudonyms?: Pseudonyms;
}

/** Knowledge that attribution is based on. */
export interface Knowledge {
  readonly services: ServiceTable;
  /** Null: flows are attributed by their ports alone. */
  readonly rules: EvidenceRules | null;
}

/** The knowledge of the options, or the project's own. Throws `InputError` if its files cannot be read. */
export function loadKnowledge(options: Pick<ReadingOptions, "services" | "rules">): Knowledge {
  const services = options.services ?? loadServiceTable();
  return { services, rules: options.rules === undefined ? loadEvidenceRules(services) : options.rules };
}

/** Limits of the flow table. */
export interface FlowLimits {
  readonly maxFlows: number;
  readonly idleTimeoutSeconds: number;
}

/** The validated limits: throws `InputError` for limits with which the flow table would lose packets or never end. */
export function flowLimits({
  maxFlows = DEFAULT_MAX_FLOWS,
  idleTimeoutSeconds = DEFAULT_IDLE_TIMEOUT_SECONDS,
}: ReadingOptions): FlowLimits {
  if (!Number.isInteger(maxFlows) || maxFlows < 1 || maxFlows > MAX_FLOWS_LIMIT) {
    const message = `maxFlows must be a whole number from 1 to ${MAX_FLOWS_LIMIT}, not ${maxFlows}`;
    throw new InputError("bad_argument", message);
  }
  if (!Number.isFinite(idleTimeoutSeconds) || idleTimeoutSeconds < 0) {
    const message = `idleTimeoutSeconds must be 0 or more, not ${idleTimeoutSeconds}`;
    throw new InputError("bad_argument", message);
  }
  return { maxFlows, idleTimeoutSeconds };
}

/** A validated duration: throws `InputError` if it is not a whole number of seconds, or exceeds all captures. */
export function wholeSeconds(option: string, seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_DURATION_SECONDS) return seconds;
  const message = `${option} must be a whole number of seconds from 1 to ${MOST_DURATION_SECONDS}, not ${seconds}`;
  throw new InputError("bad_argument", message);
}

/** The options as listed in a report. */
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
