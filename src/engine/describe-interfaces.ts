/** The interfaces of a source for a report, which lists the first ones and counts the others. */
import { linkTypeName } from "../net/link-types.ts";
import type { CaptureInterface } from "../packets/packet-block.ts";
import type { InterfaceSummary, MoreInterfaces } from "../reports/capture-summary.ts";

/** A capture may describe a hundred thousand, with names of 64 KiB: listing all would exceed the size of the capture. */
const LISTED_INTERFACES = 100;
/** The same for each source after the first ones: with ten thousand captures the report lists a hundred thousand at most. */
const LISTED_LATER = 10;
const FIRST_SOURCES = 100;

/** Owned by the caller. */
export interface DescribedInterfaces {
  readonly listed: readonly InterfaceSummary[];
  readonly more: MoreInterfaces | null;
}

/** Packets of an interface by its number, from `SourceTotals`. */
interface InterfaceTotals {
  unsupported(id: number): number;
  ipAlone(id: number): number;
}

/** The interfaces a source has described so far, with their counts. `position`: of the source among all sources. */
export function describeInterfaces(
  interfaces: readonly CaptureInterface[],
  totals: InterfaceTotals,
  position: number,
): DescribedInterfaces {
  const limit = position < FIRST_SOURCES ? LISTED_INTERFACES : LISTED_LATER;
  const listed = interfaces.slice(0, limit).map(({ name, linkType, packets, dropped }, id) => ({
    name,
    linkType: linkTypeName(linkType),
    packets,
    unsupported: totals.unsupported(id),
    ...ipAloneOf(totals.ipAlone(id)),
    dropped,
  }));
  if (interfaces.length <= limit) return { listed, more: null };
  let more: MoreInterfaces = { interfaces: 0, linkTypes: [], packets: 0, unsupported: 0, dropped: null };
  const linkTypes = new Set<string>();
  for (let id = limit; id < interfaces.length; id++) {
    const { linkType, packets, dropped, standsFor = 1 } = interfaces[id];
    linkTypes.add(linkTypeName(linkType));
    more = {
      ...more,
      interfaces: more.interfaces + standsFor,
      packets: more.packets + packets,
      unsupported: more.unsupported + totals.unsupported(id),
      ...ipAloneOf((more.ipAlone ?? 0) + totals.ipAlone(id)),
      dropped: dropped === null ? more.dropped : (more.dropped ?? 0) + dropped,
    };
  }
  return { listed, more: { ...more, linkTypes: [...linkTypes] } };
}

function ipAloneOf(ipAlone: number): { readonly ipAlone?: number } {
  return ipAlone === 0 ? {} : { ipAlone };
}
