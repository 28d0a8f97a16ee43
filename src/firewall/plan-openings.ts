/** Ports to open, before similar ones are merged into rules. */

import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import type { PortRange, RowTransport } from "../knowledge/port-list/port-cell.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { AllowRule, RuleOrigin } from "./allow-plan.ts";
import { mergeRanges } from "./merge-ranges.ts";

export const TRANSPORTS = ["tcp", "udp"] as const;

/** A range of ports for products of one row or need. */
export interface Opening extends PortRange {
  readonly direction: Direction;
  readonly transport: "tcp" | "udp";
  readonly isListed: boolean;
  readonly origin: RuleOrigin;
  /** The products of the origin, individually. */
  readonly products: readonly NamedProduct[];
  readonly destination: string | null;
}

/** A product, and its name at the origin. */
export interface NamedProduct {
  readonly product: Product;
  readonly name: string;
}

/** Merges openings into rules: those that adjoin become one if they are alike. */
export function mergeOpenings(openings: readonly Opening[]): AllowRule[] {
  const rules: AllowRule[] = [];
  const destinations = [...new Set(openings.map(({ destination }) => destination))];
  for (const direction of ["outbound", "inbound"] as const) {
    for (const isListed of [true, false]) {
      for (const transport of TRANSPORTS) {
        for (const destination of destinations) {
          const own = openings.filter(
            (one) =>
              one.direction === direction &&
              one.isListed === isListed &&
              one.transport === transport &&
              one.destination === destination,
          );
          for (const { first, last, parts } of mergeRanges(own)) {
            const isOpen = rules.some(
              (rule) =>
                rule.direction === direction &&
                rule.transport === transport &&
                rule.destination === destination &&
                rule.first <= first &&
                last <= rule.last,
            );
            // A row opened for one product also covers the need of another.
            if (isOpen) continue;
            const origins = [...new Set(parts.map(({ origin }) => origin))];
            rules.push({ direction, transport, first, last, destination, isListed, origins });
          }
        }
      }
    }
  }
  return rules;
}

/** "443/tcp", "53/tcp+udp" */
export function rowText(portText: string, transport: RowTransport): string {
  return `${portText}/${transport === "both" ? "tcp+udp" : transport}`;
}
