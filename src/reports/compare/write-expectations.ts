/** What a capture shows, as expectations that it meets, and that another capture of the same use meets as well. */

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

/** The classes whose numbers say something of Apple's traffic. What else is on a network differs every day. */
const CLASSES = ["identified", "apple"] as const satisfies readonly FlowClass[];

/**
 * Products that evidence names, and those with a verdict, by name; the same for the same summary. What only a port allows is left
 * out, and so are packets that are not decoded: they are the network's noise.
 *
 * @param numbers also flows, packets and bytes: another capture of the same use will have others
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

/** Nothing of a product that no traffic is named for, but a name that was asked for in vain. */
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
