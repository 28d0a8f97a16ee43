/** Texts on content caches: how much could come from one, and how much did. */
import type { ContentCaching } from "../reports/traffic/summary.ts";
import { countOf, formatBytes, formatCount } from "./render-units.ts";

/** Maximum number of named caches. */
const NAMED = 3;

/** As parts: "300 MB came from 1 cache (10.0.0.60:54459)", "at most 1.2 GB more of identified traffic is cacheable". */
export function contentCachingParts({ couldBe, fromCaches, caches }: ContentCaching): readonly string[] {
  const amount = (more: string) =>
    couldBe.bytes === 0
      ? []
      : [`at most ${formatBytes(couldBe.bytes)}${more} of identified traffic is cacheable`];
  if (caches.length === 0) return ["none seen", ...amount("")];
  const named = caches.slice(0, NAMED).map(({ address, port }) => endText(address, port));
  const more = caches.length - named.length;
  const names = `${named.join(", ")}${more > 0 ? ` and ${formatCount(more)} more` : ""}`;
  return [
    `${formatBytes(fromCaches.bytes)} came from ${countOf(caches.length, "cache")} (${names})`,
    ...amount(" more"),
  ];
}

function endText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
