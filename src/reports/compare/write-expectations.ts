/** Derives expectations from a capture: the capture meets them, and so should another capture of the same use. */

import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import { isReadWhole } from "../completeness.ts";
import type { ReachVerdict } from "../reach/reach-report.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { Traffic } from "../traffic/summary.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import {
  EXPECTED_SCHEMA,
  type Expectations,
  type ProductExpectation,
  present,
  TRAFFIC,
} from "./expectations.ts";
import { gradesOf, namedTraffic } from "./named-traffic.ts";

/** Classes whose numbers describe Apple traffic. Other traffic differs every day. */
const CLASSES = ["identified", "apple"] as const satisfies readonly FlowClass[];

/**
 * Products that evidence names or that have a verdict, by name; deterministic for a summary. Leaves out what only a port
 * allows, and packets that were not decoded: they are background noise.
 *
 * @param numbers includes flows, packets and bytes, which differ in another capture of the same use
 */
export function expectationsOf(
  summary: ComparableSummary,
  { numbers = false }: { readonly numbers?: boolean } = {},
): Expectations {
  const { capture, classes, products, verdicts = new Map<string, ReachVerdict>() } = summary;
  const rows = new Map(
    products.filter((row) => namedTraffic(row).flows > 0).map((row) => [row.product, row]),
  );
  const names = [...new Set([...rows.keys(), ...verdicts.keys()])].sort(compareText);
  return {
    schema: EXPECTED_SCHEMA,
    capture: { complete: isReadWhole(capture) },
    ...(numbers
      ? { classes: Object.fromEntries(CLASSES.map((name) => [name, trafficOf(classes[name])])) }
      : {}),
    products: Object.fromEntries(
      names.map((name) => [
        name,
        { ...present("verdict", verdicts.get(name) ?? null), ...shownBy(rows.get(name), numbers) },
      ]),
    ),
    absent: [],
    otherProducts: false,
  };
}

/** Empty for a product without named traffic, which is listed only because a name was refused. */
function shownBy(row: ComparableProduct | undefined, numbers: boolean): ProductExpectation {
  if (row === undefined) return {};
  const { identified, oneOf } = row;
  return {
    ...(numbers ? { identified: trafficOf(identified), oneOf: trafficOf(oneOf) } : {}),
    evidence: gradesOf(row),
  };
}

function trafficOf(traffic: Traffic): Traffic {
  return Object.fromEntries(TRAFFIC.map((name) => [name, traffic[name]])) as unknown as Traffic;
}
