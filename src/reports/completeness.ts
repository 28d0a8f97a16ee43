/** Whether all sources of a report were read completely, and how many there are. */
import type { MoreSources, SourceSummary } from "./capture-summary.ts";

/** The part of every {@link CaptureSummary} that shows whether everything was read. */
export interface SourceCompleteness {
  readonly sources: readonly Pick<SourceSummary, "complete">[];
  readonly moreSources?: Pick<MoreSources, "sources" | "incomplete">;
}

/** Whether all sources were read to a clean end. */
export function isReadWhole({ sources, moreSources }: SourceCompleteness): boolean {
  return sources.every(({ complete }) => complete) && (moreSources?.incomplete ?? 0) === 0;
}

/** Number of sources, listed or not. */
export function sourceCount({ sources, moreSources }: SourceCompleteness): number {
  return sources.length + (moreSources?.sources ?? 0);
}
