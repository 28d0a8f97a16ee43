/** Whether all was read of what a report is of, and of how many sources it is. */
import type { MoreSources, SourceSummary } from "./capture-summary.ts";

/** What says whether a reading was whole: a part of every {@link CaptureSummary}. */
export interface SourceCompleteness {
  readonly sources: readonly Pick<SourceSummary, "complete">[];
  readonly moreSources?: Pick<MoreSources, "sources" | "incomplete">;
}

/** Whether all sources were read to a clean end. */
export function isReadWhole({ sources, moreSources }: SourceCompleteness): boolean {
  return sources.every(({ complete }) => complete) && (moreSources?.incomplete ?? 0) === 0;
}

/** How many sources there are, listed or not. */
export function sourceCount({ sources, moreSources }: SourceCompleteness): number {
  return sources.length + (moreSources?.sources ?? 0);
}
