/** Argument of `reach --explain`: a product, a port, an address or a name. */
import { rowRecord } from "../../knowledge/port-list/list-records.ts";
import { findPorts, findProducts } from "../../knowledge/port-list/name-search.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { ReachQuestion } from "../../render/render-reach-explanation.ts";
import { UsageError } from "../environment.ts";
import { addressTest, MAX_PORT } from "../option-parsers.ts";
import { nearText } from "./named-products.ts";

const PORT = /^(?:(tcp|udp)\/)?(\d{1,5})(?:\/(tcp|udp))?$/i;
const HOST_NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?$/i;

/**
 * Parses the argument. Throws `UsageError` if it is none of these, or if it is a host and `isAnonymous`: the
 * report does not have it under that name.
 */
export function reachQuestion(text: string, services: ServiceTable, isAnonymous: boolean): ReachQuestion {
  const nothing: ReachQuestion = {
    text,
    about: "host",
    isProduct: () => false,
    isPort: () => false,
    isHost: () => false,
    isRow: () => false,
  };
  const product = services.product(text);
  if (product !== null) {
    return productQuestion(nothing, product.name);
  }
  const port = PORT.exec(text.trim());
  if (port !== null) return portQuestion(nothing, port, services);
  const name = text.toLowerCase().replace(/\.$/, "");
  const isAddress = addressTest(text);
  if (isAnonymous && (isAddress !== null || HOST_NAME.test(name))) {
    throw new UsageError("--explain of a host cannot be combined with --anonymise, which hides hosts");
  }
  if (isAddress !== null) return { ...nothing, isHost: isAddress };
  if (HOST_NAME.test(name)) return { ...nothing, isHost: (other) => other === name };
  const similar = findProducts(services, text);
  if (similar.length === 1) return productQuestion(nothing, similar[0].name);
  if (similar.length > 1) {
    const names = similar
      .slice(0, MOST_SIMILAR)
      .map(({ name: one }) => one)
      .join(", ");
    throw new UsageError(`--explain: "${text}" may be one of ${similar.length} products: ${names}`);
  }
  const near = nearText(text, services) ?? "appleflow products lists the products";
  throw new UsageError(`--explain: "${text}" is not a product, port, address or host name; ${near}`);
}

/** Maximum number of products offered for an ambiguous text. */
const MOST_SIMILAR = 8;

function productQuestion(nothing: ReachQuestion, product: string): ReachQuestion {
  return {
    ...nothing,
    text: product,
    about: "product",
    isProduct: (name) => name === product,
    isRow: ({ products }) => products.includes(product),
  };
}

function portQuestion(
  nothing: ReachQuestion,
  [text, first, digits, last]: readonly string[],
  services: ServiceTable,
): ReachQuestion {
  const wanted = Number(digits);
  if (wanted > MAX_PORT) throw new UsageError(`--explain: port ${digits} does not exist`);
  const transport = (first ?? last)?.toLowerCase();
  const rows = findPorts(services, text).map(rowRecord);
  return {
    ...nothing,
    about: "port",
    isPort: (of, port) => port === wanted && (transport === undefined || transport === of),
    isRow: (row) =>
      rows.some(
        (one) => one.port === row.port && one.transport === row.transport && rowName(one) === row.serviceName,
      ),
  };
}

function rowName({ serviceName, protocolName }: { serviceName: string; protocolName: string }): string {
  return serviceName === "—" ? protocolName : serviceName;
}
