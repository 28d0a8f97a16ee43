/** The part of a summary that two captures are compared by, from an analysis or parsed from saved JSON. */
import type { CaptureSummary, SourceSummary } from "../capture-summary.ts";
import type { SourceCompleteness } from "../completeness.ts";
import type { ReachReport, ReachVerdict } from "../reach/reach-report.ts";
import type {
  Claims,
  FamilySummary,
  PacketClasses,
  PortSummary,
  ProductSummary,
  Summary,
} from "../traffic/summary.ts";

/** The part of a product's summary that is compared. */
export type ComparableProduct = Pick<
  ProductSummary,
  "product" | "kind" | "family" | keyof Claims | "byEvidence"
>;

/** The part of a {@link Summary} that is compared; every summary is one. */
export interface ComparableSummary {
  readonly capture: Pick<CaptureSummary, "packets" | "bytes" | "start" | "end" | "durationSeconds"> & {
    readonly sources: readonly Pick<SourceSummary, "name" | "complete">[];
  } & SourceCompleteness;
  readonly packets: PacketClasses;
  readonly bytes: PacketClasses;
  readonly classes: Summary["classes"];
  readonly products: readonly ComparableProduct[];
  readonly families: readonly FamilySummary[];
  readonly ports: readonly PortSummary[];
  /**
   * Outcome of attempts to reach products, by name: products that evidence names, and those whose names were refused. Only
   * for a capture; saved summaries do not contain it.
   */
  readonly verdicts?: ReadonlyMap<string, ReachVerdict>;
}

/** Adds the verdicts of the same run to a summary. Products that only a port allows get no verdict. */
export function withVerdicts(
  summary: ComparableSummary,
  { products, targets }: ReachReport,
): ComparableSummary {
  const named = new Set(targets.flatMap((target) => (target.class === "identified" ? target.products : [])));
  const known = products.filter(({ product, blockedNames }) => named.has(product) || blockedNames.length > 0);
  return { ...summary, verdicts: new Map(known.map(({ product, verdict }) => [product, verdict])) };
}
