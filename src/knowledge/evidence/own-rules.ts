/**
 * The user's own rules (`--rules FILE`), which override those of the package: a header line, cells separated by one tab, `#`
 * comments. Several products are separated by " | "; "—" means Apple's, of an unknown product.
 *
 *   kind          pattern                  product
 *   host          .intranet.example.com    Our intranet
 *   host          =updates.example.com     Software Update
 *   network       192.0.2.0/24             —
 *   service-type  _our-player._tcp         AirPlay
 *   process       our-agent                Device management
 */

import { OwnProducts } from "../port-list/own-products.ts";
import type { Product } from "../port-list/product.ts";
import { badDataLine, parseTabTable } from "../port-list/tab-table.ts";
import { type BonjourRule, isServiceType } from "./bonjour-rules.ts";
import { parseHostPattern } from "./host-pattern.ts";
import type { HostRule } from "./host-rules.ts";
import { type IpPrefix, parseIpPrefix } from "./ip-prefix.ts";
import type { ProcessRule } from "./process-rules.ts";
import { NOTHING, readProductCell } from "./product-cell.ts";

/** Content of a file of the user's own rules. */
export interface OwnRules {
  readonly hosts: readonly HostRule[];
  readonly networks: readonly IpPrefix[];
  readonly serviceTypes: readonly BonjourRule[];
  readonly processes: readonly ProcessRule[];
}

/** No rules of the user's own. */
export const NO_OWN_RULES: OwnRules = Object.freeze({
  hosts: [],
  networks: [],
  serviceTypes: [],
  processes: [],
});

const COLUMNS = { required: ["kind", "pattern", "product"], optional: ["note"] } as const;
const KINDS = "host, network, service-type, process";

/**
 * @param findProduct returns the product of a name or alias, ignoring case, or null; an unknown name becomes a product of
 *   kind `apple` in the family "Own rows"
 * @throws InputError `bad_data_file` with file and line for a row that cannot be read, and for a network with a product
 */
export function parseOwnRules(
  text: string,
  source: string,
  findProduct: (name: string) => Product | null,
): OwnRules {
  const hosts: HostRule[] = [];
  const networks: IpPrefix[] = [];
  const serviceTypes: BonjourRule[] = [];
  const processes: ProcessRule[] = [];
  const newProducts = new OwnProducts(false);
  const seen = new Map<string, number>();
  for (const { line, cells } of parseTabTable(text, source, COLUMNS)) {
    const fail = (problem: string) => badDataLine(source, line, problem);
    // Names are matched in lower case, except process names, which are case-sensitive.
    const pattern = cells.kind === "process" ? cells.pattern : cells.pattern.toLowerCase();
    const key = `${cells.kind} ${pattern}`;
    const before = seen.get(key);
    if (before !== undefined) throw fail(`${cells.kind} "${cells.pattern}" is already in line ${before}`);
    seen.set(key, line);
    const products = readProductCell(
      cells.product,
      (name) => findProduct(name) ?? newProducts.named(name),
      fail,
    );
    switch (cells.kind) {
      case "host":
        hosts.push({ pattern: valid(parseHostPattern(pattern), fail), use: "any", products });
        break;
      case "network":
        if (products.length > 0) {
          throw fail(
            `a network cannot have the product "${cells.product}": an address says whose a host is, not which product ` +
              `it serves; write ${NOTHING} for a network that counts as Apple's`,
          );
        }
        networks.push(valid(parseIpPrefix(pattern), fail));
        break;
      case "service-type":
        if (!isServiceType(pattern))
          throw fail(`"${cells.pattern}" is not a service type such as _airplay._tcp`);
        serviceTypes.push({ serviceType: pattern, products, isAppleOnly: false });
        break;
      case "process":
        if (pattern === "" || pattern.includes("/"))
          throw fail(`"${pattern}" is not a process name: give it without a path`);
        processes.push({ name: pattern, products, actsForOthers: false, owner: "apple", isBrowser: false });
        break;
      default:
        throw fail(`kind "${cells.kind}" is not one of ${KINDS}`);
    }
  }
  return { hosts, networks, serviceTypes, processes };
}

/** Returns the parsed value, or throws the problem. */
function valid<Value extends object>(parsed: Value | string, fail: (problem: string) => Error): Value {
  if (typeof parsed === "string") throw fail(parsed);
  return parsed;
}
