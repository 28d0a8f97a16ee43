/** Allow-lists are compared with the list rows, port by port. */
import "../support/fast-check-seed.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AllowPlan } from "../../src/firewall/allow-plan.ts";
import { loadDestinations } from "../../src/firewall/load-destinations.ts";
import { loadPortNeeds } from "../../src/firewall/load-port-needs.ts";
import { type PlanOptions, planRules } from "../../src/firewall/plan-rules.ts";
import { formatIpPrefix, parseIpPrefix } from "../../src/knowledge/evidence/ip-prefix.ts";
import { NetworkRules } from "../../src/knowledge/evidence/network-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { Direction } from "../../src/knowledge/port-list/off-list-ports.ts";
import type { Product } from "../../src/knowledge/port-list/product.ts";
import { propertyRuns } from "../support/property-runs.ts";

const table = loadServiceTable();
const needs = loadPortNeeds(table);

function productsNamed(...names: string[]): Set<Product> {
  return new Set(names.map((name) => table.product(name) ?? expect.fail(`no product ${name}`)));
}

function plan(products: ReadonlySet<Product>, options: Partial<PlanOptions> = {}): AllowPlan {
  return planRules({ table, needs, subject: "a test", products, ...options });
}

/** Returns "tcp/443" for every port that the plan opens. */
function opened({ rules }: AllowPlan, direction: Direction, isListed = true): Set<string> {
  const ports = new Set<string>();
  for (const rule of rules) {
    if (rule.direction !== direction || rule.isListed !== isListed) continue;
    for (let port = rule.first; port <= rule.last; port++) {
      const key = `${rule.transport}/${port}`;
      expect(ports.has(key), `${key} is opened twice`).toBe(false);
      ports.add(key);
    }
  }
  return ports;
}

/** The same, read from the rows one port at a time. */
function naivePorts(isWanted: (row: (typeof table.rows)[number]) => boolean): Set<string> {
  const ports = new Set<string>();
  for (const row of table.rows.filter(isWanted)) {
    for (const transport of ["tcp", "udp"]) {
      if (row.transport !== "both" && row.transport !== transport) continue;
      for (const { first, last } of row.ports) {
        for (let port = first; port <= last; port++) ports.add(`${transport}/${port}`);
      }
    }
  }
  return ports;
}

const someProducts = fc.subarray([...table.products]).map((products) => new Set(products));

describe("an allow-list", () => {
  it("opens exactly the ports of the rows that name its products", () => {
    fc.assert(
      fc.property(someProducts, fc.boolean(), (products, withWide) => {
        const isNamed = ({ products: named }: (typeof table.rows)[number]) =>
          named.some(({ product }) => products.has(product));
        const isOver = (row: (typeof table.rows)[number]) =>
          row.products.every(
            ({ product }) => !products.has(product) || needs.ended.get(row)?.has(product) === true,
          );
        const isOpen = (row: (typeof table.rows)[number]) =>
          isNamed(row) && (withWide || row.match === "specific");
        const expected = naivePorts((row) => isOpen(row) && !isOver(row));
        expect(opened(plan(products, { withWide }), "outbound")).toEqual(expected);
        expect(opened(plan(products, { withWide, withEnded: true }), "outbound")).toEqual(naivePorts(isOpen));
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  it("has no rules that could be merged", () => {
    fc.assert(
      fc.property(someProducts, (products) => {
        const { rules } = plan(products, { withInbound: true });
        for (const [index, rule] of rules.entries()) {
          const next = rules[index + 1];
          if (next?.direction !== rule.direction || next.transport !== rule.transport) continue;
          expect(next.first).toBeGreaterThan(rule.last + 1);
        }
      }),
    );
  });

  it("opens inbound only rows of data/inbound.tsv, and only on request", () => {
    fc.assert(
      fc.property(someProducts, (products) => {
        expect(opened(plan(products), "inbound").size).toBe(0);
        const expected = naivePorts(
          (row) =>
            row.match === "specific" &&
            row.products.some(
              ({ product }) => products.has(product) && needs.inbound.get(row)?.has(product) === true,
            ),
        );
        expect(opened(plan(products, { withInbound: true }), "inbound")).toEqual(expected);
      }),
    );
  });

  it("for FaceTime matches Apple's page on firewalls", () => {
    const { rules, leftOut } = plan(productsNamed("facetime"));
    expect(rules.map(({ transport, first, last }) => `${transport} ${first}-${last}`)).toEqual([
      "tcp 80-80",
      "tcp 443-443",
      "tcp 5223-5223",
      "udp 3478-3497",
      "udp 16384-16387",
      "udp 16393-16402",
    ]);
    expect(leftOut).toEqual([]);
  });

  it("names each row that a merged rule comes from", () => {
    const calls = plan(productsNamed("Messages", "FaceTime")).rules.find(({ first }) => first === 16384);
    expect(calls?.last).toBe(16403);
    expect(calls?.origins.map(({ row }) => row)).toEqual([
      "16384–16403/udp",
      "16384–16387/udp",
      "16393–16402/udp",
    ]);
  });

  it("lists the wide rows that it leaves out", () => {
    const { rules, leftOut } = plan(productsNamed("Xsan"));
    expect(rules).toEqual([]);
    expect(leftOut).toEqual([
      { what: "49152–65535/tcp, 16384 ports", why: "wide", products: ["Xsan Filesystem Access"] },
    ]);
  });

  it("marks off-list ports, and opens them only on request", () => {
    const push = productsNamed("Push notifications", "iCloud Private Relay");
    expect(opened(plan(push), "outbound", false).size).toBe(0);
    expect(
      plan(push)
        .leftOut.filter(({ why }) => why === "off-list")
        .map(({ what }) => what),
    ).toEqual(["2197/tcp", "443/udp", "443/tcp"]);
    const withOffList = plan(push, { withOffList: true });
    // 443/tcp is already open: a row names Push notifications there.
    expect([...opened(withOffList, "outbound", false)]).toEqual(["tcp/2197", "udp/443"]);
    expect(opened(withOffList, "outbound")).toEqual(opened(plan(push), "outbound"));
  });

  it("includes an ended product only if it is named", () => {
    const server = productsNamed("Back to My Mac");
    expect(plan(server).rules.some(({ first }) => first === 4488)).toBe(true);
    const without = plan(server, { withoutRetired: true });
    expect(without.rules).toEqual([]);
    expect(without.leftOut.map(({ why }) => why)).toEqual(["retired"]);
  });

  it("includes the closed port of push notifications only on request", () => {
    const push = productsNamed("Push notifications");
    expect(opened(plan(push), "outbound")).toEqual(new Set(["tcp/443", "tcp/5223"]));
    expect(plan(push).leftOut).toContainEqual({
      what: "2195/tcp",
      why: "retired",
      products: ["Push notifications"],
    });
    expect(opened(plan(push, { withEnded: true }), "outbound")).toContain("tcp/2195");
  });
});

describe("an allow-list towards Apple's networks", () => {
  const destinations = loadDestinations(table);
  const led = (...names: string[]) => plan(productsNamed(...names), { destinations });

  it("sends push notifications to the networks and ports that Apple documents, and to no others", () => {
    const { rules, destinations: sets = [], leftOut } = led("Push notifications");
    expect(rules.map(({ first, destination }) => `${first} to ${destination}`)).toEqual([
      "443 to push_notifications",
      "5223 to push_notifications",
      "2197 to push_notifications",
    ]);
    const [set, ...others] = sets;
    expect(others).toEqual([]);
    expect(set.networks.map(({ prefix }) => prefix).sort()).toEqual(
      destinations.documented.map(({ prefix }) => formatIpPrefix(prefix)).sort(),
    );
    expect(set.networks.every(({ source, date }) => source !== "" && date !== "")).toBe(true);
    expect(leftOut.map(({ what, why }) => `${what} ${why}`)).toEqual(["2195/tcp retired"]);
  });

  it("sends other traffic to Apple's own networks, none of which lies within another", () => {
    const { rules, destinations: sets = [] } = led("FaceTime");
    expect(new Set(rules.map(({ destination }) => destination))).toEqual(new Set(["apple"]));
    const own = new NetworkRules(destinations.networks.map(({ prefix }) => prefix));
    expect(sets.map(({ name }) => name)).toEqual(["apple"]);
    const texts = sets[0].networks.map(({ prefix }) => prefix);
    expect(texts).toContain("17.0.0.0/8");
    expect(texts).not.toContain("17.249.0.0/16");
    for (const text of texts) {
      const prefix = parseIpPrefix(text);
      if (typeof prefix === "string") expect.fail(prefix);
      if (prefix.version === 4) expect(own.appleIpv4(prefix.words[0])).toBe(true);
      else expect(own.appleIpv6(...prefix.words)).toBe(true);
    }
  });

  it("leaves out traffic between devices", () => {
    const { rules, leftOut } = led("AirPlay");
    expect(rules).toEqual([]);
    expect(new Set(leftOut.map(({ why }) => why))).toEqual(new Set(["local", "inbound", "off-list"]));
  });
});
