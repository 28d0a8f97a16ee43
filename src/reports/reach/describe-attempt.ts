/** Describes an attempt on request: the values of its target, from what its packets show. */
import { alertName } from "../../evidence/payload/tls-alerts.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import { formatAddressKey } from "../../net/address-key.ts";
import { unreachableName } from "../../packets/decode/icmp.ts";
import type { FlowReport } from "../flow-report.ts";
import { AttemptBit } from "./attempt-bits.ts";
import type { AttemptColumns } from "./attempt-columns.ts";
import { type HttpResponse, httpAnswerOf } from "./attempt-response.ts";
import type { AttemptWatch } from "./attempt-watch.ts";
import type { ProductNeed } from "./product-needs.ts";
import { ProgressBit } from "./progress-bits.ts";
import type { AttemptVerdict, ListedProduct, ReachTarget } from "./reach-report.ts";
import type { TargetAttempt } from "./reach-targets.ts";

/** The flow of an attempt, and its outcome. */
export interface DescribedAttempt {
  readonly record: number;
  readonly originator: number;
  readonly verdict: AttemptVerdict;
  readonly rows: readonly ServiceRow[];
  readonly name: string | null;
  readonly response: HttpResponse;
}

/** Describes a flow as an attempt, from its columns. */
export function describeAttempt(
  { record, originator, verdict, rows, name, response }: DescribedAttempt,
  watch: AttemptWatch,
  needs: readonly ProductNeed[],
  flow: FlowReport,
): TargetAttempt {
  const { columns, progress } = watch;
  const repeat = progress.shortestRepeat(record, originator);
  const isProhibited = verdict === "prohibited";
  const reporter = watch.reporterOf(columns.reporter(record));
  return {
    flow,
    name,
    isListed: rows.length > 0,
    listedFor: listedForOf(flow, rows, needs),
    syns: columns.syns(record),
    unreachable: isProhibited ? unreachableName(columns.unreachableCode(record)) : null,
    reporter: isProhibited && reporter !== null ? formatAddressKey(reporter) : null,
    http: httpAnswerOf(response),
    zeroWindow: progress.has(record, ProgressBit.ZERO_WINDOW, 1 - originator),
    shortestRepeat: repeat === 0 ? null : repeat,
    ...(verdict === "closed-at-once" ? endOf(columns, record, originator) : NO_END),
  };
}

/** If more products than this share a port, the port does not indicate any of them. */
const MAX_LISTED = 3;

/** Apple products of the list on the port, if they are few and evidence names none. */
function listedForOf(
  flow: FlowReport,
  rows: readonly ServiceRow[],
  needs: readonly ProductNeed[],
): readonly ListedProduct[] {
  if (flow.products.length > 0) return [];
  const products = new Set(rows.flatMap((row) => row.products.map(({ product }) => product)));
  const apples = [...products].filter((product) => product.kind === "apple" && !isClosed(product, flow));
  if (apples.length > MAX_LISTED) return [];
  return apples.map((product) => ({ product: product.name, effect: effectOf(product, flow, needs) }));
}

/** What a user of a product notices without the port of a flow, or null. */
function effectOf(
  product: Product,
  { transport, servicePort, responder }: FlowReport,
  needs: readonly ProductNeed[],
): string | null {
  const port = servicePort ?? responder.port;
  const need = needs.find(
    (one) =>
      one.product === product &&
      one.transport === transport &&
      one.ports.some(({ first, last }) => first <= port && port <= last),
  );
  return need?.effect ?? null;
}

/** Whether a product's servers had already been shut down when a flow began. */
function isClosed({ closedAtSeconds }: Product, { start }: FlowReport): boolean {
  return closedAtSeconds !== null && start !== null && Date.parse(start) / 1000 >= closedAtSeconds;
}

/** The side that ended the connection, and the alert with which it did. */
function endOf(
  columns: AttemptColumns,
  record: number,
  originator: number,
): Pick<ReachTarget, "alert" | "closedBy"> {
  const sideName = (bit: number) => {
    if (columns.has(record, bit, originator)) return "originator";
    return columns.has(record, bit, 1 - originator) ? "responder" : null;
  };
  const alertBy = sideName(AttemptBit.ALERT);
  return {
    alert: alertBy === null ? null : alertOf(alertBy, columns.alert(record)),
    closedBy: alertBy ?? sideName(AttemptBit.ENDED_FIRST),
  };
}

const NO_END: Pick<ReachTarget, "alert" | "closedBy"> = Object.freeze({ alert: null, closedBy: null });

function alertOf(by: "originator" | "responder", number: number): ReachTarget["alert"] {
  return { by, number, name: alertName(number) };
}
