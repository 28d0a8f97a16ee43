/** Lists of names: each format is parsed back, and allows exactly the names that the data has for the products. */
import { describe, expect, it } from "vitest";
import { loadDestinations } from "../../src/firewall/load-destinations.ts";
import { loadPortNeeds } from "../../src/firewall/load-port-needs.ts";
import { type NamePlan, nameExpression, planNames } from "../../src/firewall/name-plan.ts";
import { planRules } from "../../src/firewall/plan-rules.ts";
import { NAME_FORMATS, type NameFormat, renderNames } from "../../src/firewall/render-names.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { Product } from "../../src/knowledge/port-list/product.ts";
import { ROUTER } from "./sample-plans.ts";

const table = loadServiceTable();
const destinations = loadDestinations(table);

function plan(...names: string[]): NamePlan {
  return planNames(destinations, names.join(", "), productsNamed(names));
}

function productsNamed(names: readonly string[]): Set<Product> {
  return new Set(names.map((name) => table.product(name) ?? expect.fail(name)));
}

function render(names: NamePlan, format: NameFormat): string {
  const ports = planRules({
    table,
    needs: loadPortNeeds(table),
    subject: names.subject,
    products: productsNamed(["FaceTime"]),
  });
  return renderNames(names, format, ports, ROUTER);
}

/** "=name" and ".name" as in the data; patterns in formats that support them. */
const READERS: Readonly<Partial<Record<NameFormat, (text: string) => string[]>>> = {
  list: readList,
  "no-inspect": readList,
  dnsmasq: (text) =>
    [
      ...text.matchAll(
        /^nftset=\/([^/]+)\/4#inet#appleflow#apple_names_v4,6#inet#appleflow#apple_names_v6$/gm,
      ),
    ].map(([, name]) => `.${name}`),
  unbound: (text) =>
    [...text.matchAll(/^\tlocal-zone: "(.+)\." transparent$/gm)].map(([, name]) => `.${name}`),
  adguard: (text) => [...text.matchAll(/^@@\|\|(.+)\^$/gm)].map(([, name]) => `.${name}`),
  rpz: (text) => {
    const names = [...text.matchAll(/^(\S+) IN CNAME rpz-passthru\.$/gm)].map(([, name]) => name);
    return names
      .filter((name) => !name.startsWith("*."))
      .map((name) => (names.includes(`*.${name}`) ? `.${name}` : `=${name}`));
  },
  squid: (text) =>
    [...text.matchAll(/^acl apple_names dstdomain -n (\S+)$/gm)].map(([, name]) =>
      name.startsWith(".") ? name : `=${name}`,
    ),
};
/** Formats whose lines also cover all subdomains. */
const WIDE: readonly NameFormat[] = ["dnsmasq", "unbound", "adguard"];

function readList(text: string): string[] {
  const names = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return names
    .filter((name) => !name.startsWith("*."))
    .map((name) => (names.includes(`*.${name}`) ? `.${name}` : `=${name}`));
}

describe.each([
  ["FaceTime", plan("FaceTime")],
  ["push and updates", plan("Push notifications", "Software Update")],
  ["all of Apple's names", planNames(destinations, "all", null)],
])("the names of %s", (_, names) => {
  it.each(Object.entries(READERS) as [NameFormat, (text: string) => string[]][])(
    "match the data in the format %s",
    (format, read) => {
      const text = render(names, format);
      const expected = names.names
        .filter(({ kind }) => kind !== "pattern")
        .map(({ kind, name }) => `${kind === "suffix" || WIDE.includes(format) ? "." : "="}${name}`);
      expect(read(text)).toEqual(expected);
      // Patterns are included as such, or mentioned as missing in a comment.
      for (const entry of names.names) {
        const { kind, name, source, date } = entry;
        if (kind !== "pattern") continue;
        const isSaid = text.includes(format === "squid" ? ` ${nameExpression(entry)}\n` : `${name} - `);
        expect(isSaid, name).toBe(true);
        expect(text).toContain(source.replaceAll(" | ", ", "));
        expect(text).toContain(date);
      }
    },
  );

  it("have a source and a date in every format", () => {
    for (const format of NAME_FORMATS) {
      const text = render(names, format);
      for (const { source, date } of names.names) {
        expect(text, format).toContain(
          format === "csv" || format === "json" ? source : source.replaceAll(" | ", ", "),
        );
        expect(text, format).toContain(date);
      }
    }
  });
});

describe("a list of names", () => {
  it("contains names that clients query, and no CNAME targets", () => {
    const { names } = plan("Push notifications");
    expect(names.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["suffix push.apple.com"]);
  });

  it("contains no name covered by another", () => {
    const { names } = planNames(destinations, "all", null);
    const suffixes = names.filter(({ kind }) => kind === "suffix").map(({ name }) => name);
    for (const { kind, name } of names) {
      const covering = suffixes.filter(
        (suffix) => name.endsWith(`.${suffix}`) || (kind !== "suffix" && name === suffix),
      );
      expect(covering, name).toEqual([]);
    }
  });

  it("reports products without a known name", () => {
    expect(plan("FaceTime", "Xsan").nameless).toEqual(["Xsan Filesystem Access"]);
  });

  it("has regular expressions that match one label, with digits only where the data has digits", () => {
    const entry = {
      kind: "pattern",
      name: "p#-*.push.example.com",
      products: [],
      source: "",
      date: "",
    } as const;
    const expression = new RegExp(nameExpression(entry));
    expect(expression.test("p12-a.push.example.com")).toBe(true);
    for (const name of [
      "p-a.push.example.com",
      "p1-a.b.push.example.com",
      "p1-a.pushxexample.com",
      "p1-a.push.example.com.org",
    ]) {
      expect(expression.test(name), name).toBe(false);
    }
  });
});

describe("blocking policies", () => {
  it.each(["dnsmasq", "unbound", "squid", "rpz"] as const)("in %s are commented out by default", (format) => {
    const lines = render(plan("FaceTime"), format).split("\n");
    const refusing = /\b(drop|deny|refuse|terminate)\b|CNAME \.$/;
    const active = lines.filter((line) => !/^\s*[#;]/.test(line) && refusing.test(line));
    expect(active).toEqual([]);
    expect(lines.some((line) => /^(?:; |#nft )?#policy /.test(line) && refusing.test(line))).toBe(true);
  });
});
