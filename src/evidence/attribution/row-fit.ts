/** Compares a flow's payload with the rows that its port matches (docs/contract.md, "From port to candidates"). Pure. */
import type { Product } from "../../knowledge/port-list/product.ts";
import type { RowProtocols, RowSign } from "../../knowledge/port-list/row-protocols.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Protocol } from "../../net/application-protocols.ts";
import type { FlowFacts } from "../observation/flow-facts.ts";

/** How the payload fits the rows. */
export interface RowFit {
  /** Protocol of the payload, or null. */
  readonly protocol: Protocol | null;
  /** One of the rows has this protocol. */
  readonly isSeen: boolean;
  /** None of the rows has this protocol: the flow is something else. */
  readonly isContradicted: boolean;
  /** The devices at the ends exclude all Apple products: they are known to be of another vendor (`fit-ends.ts`). */
  readonly isOfOtherVendor: boolean;
  /** Products of the rows that the payload allows, in list order. */
  readonly products: readonly Product[];
  /** Products that a sign in the payload identifies. */
  readonly named: readonly Product[];
  /** Products that a sign in the payload hints at. */
  readonly hints: readonly Product[];
}

/** The facts that are compared. */
export type PayloadFacts = Pick<FlowFacts, "recognition" | "isBeginning">;

/** The fit of an unknown payload, or of one that does not count. */
export function fitNothing({ products }: PortMatch): RowFit {
  return {
    protocol: null,
    isSeen: false,
    isContradicted: false,
    isOfOtherVendor: false,
    products,
    named: [],
    hints: [],
  };
}

/** @param protocolsOf protocols of a row's genuine traffic; null: unknown */
export function fitRows(
  match: PortMatch,
  facts: PayloadFacts,
  protocolsOf: (row: ServiceRow) => RowProtocols | null,
): RowFit {
  const { recognition, isBeginning } = facts;
  if (recognition === null && !isBeginning) return fitNothing(match);
  const rows = match.rows.map((row) => ({ row, known: protocolsOf(row) }));
  const fitting = rows.filter(({ known }) => known === null || !contradicts(known, facts));
  const left = new Set(
    fitting.flatMap(({ row, known }) =>
      row.products.flatMap(({ product }) => (lacksSign(product, known, facts) ? [] : product)),
    ),
  );
  const signs = fitting.flatMap(({ known }) => known?.signs ?? []).filter((sign) => hasSign(sign, facts));
  const ofStrength = (wanted: RowSign["strength"]) => [
    ...new Set(signs.flatMap(({ strength, product }) => (strength === wanted ? product : []))),
  ];
  return {
    protocol: recognition?.protocol ?? null,
    isSeen: signs.length > 0 || rows.some(({ known }) => known !== null && speaks(known.protocols, facts)),
    isContradicted: rows.length > 0 && fitting.length === 0,
    isOfOtherVendor: false,
    products: match.products.filter((product) => left.has(product)),
    named: ofStrength("enough"),
    hints: ofStrength("hint"),
  };
}

/** Whether the flow's first payload shows that it does not belong to the row. */
function contradicts(known: RowProtocols, facts: PayloadFacts): boolean {
  if (facts.recognition === null || !facts.isBeginning || !known.isContradicted) return false;
  const isKnown = speaks(known.protocols, facts) || speaks(known.also, facts);
  return !isKnown && !known.signs.some((sign) => hasSign(sign, facts));
}

/** Whether a product needs a sign that the flow's first payload lacks. */
function lacksSign(product: Product, known: RowProtocols | null, facts: PayloadFacts): boolean {
  if (known === null || !facts.isBeginning) return false;
  const needed = known.signs.filter((sign) => sign.strength === "needed" && sign.product === product);
  return needed.length > 0 && !needed.some((sign) => hasSign(sign, facts));
}

function speaks(protocols: readonly Protocol[], { recognition }: PayloadFacts): boolean {
  return recognition !== null && protocols.includes(recognition.protocol);
}

function hasSign({ sign }: RowSign, { recognition }: PayloadFacts): boolean {
  return recognition !== null && (recognition.sign === sign || recognition.protocol === sign);
}
