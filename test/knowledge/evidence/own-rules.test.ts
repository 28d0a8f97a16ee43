/** `--rules FILE`: the user's rules take precedence over the package's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../../src/errors.ts";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-own-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = "kind\tpattern\tproduct";
const table = loadServiceTable();
const rulesFile = join(folder, "own.tsv");

function load(...lines: string[]) {
  writeFileSync(rulesFile, [HEADER, ...lines].join("\n"));
  return loadEvidenceRules(table, { rulesFile });
}

function hostProducts(rules: ReturnType<typeof load>, name: string) {
  return rules.hosts.match(name)?.products.map((product) => product.name) ?? null;
}

describe("the user's own evidence rules", () => {
  it("add what the package does not have", () => {
    const rules = load(
      "# our own",
      "host\t.intranet.example\tOur intranet",
      "host\t=updates.example\tSoftware Update | Our intranet",
      "network\t192.0.2.0/24\t—",
      "network\t2001:DB8::/32\t—",
      "service-type\t_Our-Player._tcp\tairplay",
      "process\tour-agent\tDevice management",
    );
    expect(hostProducts(rules, "www.intranet.example")).toEqual(["Our intranet"]);
    expect(hostProducts(rules, "updates.example")).toEqual(["Software Update", "Our intranet"]);
    expect(rules.networks.appleIpv4(0xc0000201 | 0)).toBe(true);
    expect(rules.networks.appleIpv4(0xc0000301 | 0)).toBe(false);
    expect(rules.networks.appleIpv6(0x20010db8, 0, 0, 1)).toBe(true);
    expect(rules.bonjour.match("_our-player._tcp")?.map(({ name }) => name)).toEqual(["AirPlay"]);
    expect(rules.processes.match("our-agent")?.products.map(({ name }) => name)).toEqual([
      "Device management",
    ]);
    expect(hostProducts(rules, "mesu.apple.com")).toEqual(["Software Update"]);
  });

  it("take precedence over the package's, even over more specific ones", () => {
    const rules = load(
      "host\t.icloud.com\tOur cloud",
      "host\t=www.apple.com\t—",
      "service-type\t_airplay._tcp\tApple TV",
      "process\tapsd\tMessages",
      "process\tidentityservicesd\tMessages",
    );
    expect(hostProducts(rules, "p1-caldav.icloud.com")).toEqual(["Our cloud"]);
    expect(hostProducts(rules, "www.apple.com")).toEqual([]);
    expect(hostProducts(rules, "mesu.apple.com")).toEqual(["Software Update"]);
    expect(rules.bonjour.match("_airplay._tcp")?.map(({ name }) => name)).toEqual(["Apple TV"]);
    expect(rules.processes.match("apsd")?.products.map(({ name }) => name)).toEqual(["Messages"]);
    expect(rules.processes.match("identityservices")?.products.map(({ name }) => name)).toEqual(["Messages"]);
  });

  it("create a product for an unknown name, one for all its spellings", () => {
    const rules = load(
      "host\t=a.example\tOur intranet",
      "host\t=b.example\tOUR INTRANET",
      "host\t=c.example\tHandoff",
    );
    const [product] = rules.hosts.match("a.example")?.products ?? [];
    expect(product).toMatchObject({
      name: "Our intranet",
      kind: "apple",
      family: "Own rows",
      isListed: false,
    });
    expect(rules.hosts.match("b.example")?.products).toEqual([product]);
    expect(hostProducts(rules, "c.example")).toEqual(["Continuity"]);
    expect(rules.products[0]).toBe(product);
  });

  it("share products with the user's own port rows", () => {
    const portsFile = join(folder, "ports.tsv");
    writeFileSync(portsFile, "port\ttransport\tused_by\n7000\tTCP\tOur intranet");
    writeFileSync(rulesFile, `${HEADER}\nhost\t=a.example\tour intranet`);
    const services = loadServiceTable({ portsFile });
    const rules = loadEvidenceRules(services, { rulesFile });
    expect(rules.hosts.match("a.example")?.products).toEqual([services.product("Our intranet")]);
  });
});

describe("an invalid file of own rules is refused with its line", () => {
  it.each([
    ["network\t192.0.2.0/24\tOur intranet", "a network cannot have the product"],
    ["network\t192.0.2.1/24\t—", "has bits set beyond its 24"],
    ["network\tintranet.example\t—", "is not ADDRESS/LENGTH"],
    ["host\tintranet.example\tMail", "write =intranet.example for that name only"],
    ["host\t=https://a.example\tMail", "not a label of a lower-case host name"],
    ["host\t(a+)+.example\tMail", "not a label of a lower-case host name"],
    ["service-type\tairplay\tMail", '"airplay" is not a service type'],
    ["process\t/usr/bin/curl\tMail", "give it without a path"],
    ["process\t\tMail", "is not a process name"],
    ["port\t443\tMail", 'kind "port" is not one of host, network, service-type, process'],
    ["host\t=a.example\t", "write — for none"],
    ["host\t=a.example\tMail | ", "write — for none"],
    ["host\t=a.example\tMail | mail", '"Mail" occurs twice'],
    ["host\t=a.example", "2 cells, the header has 3"],
  ])("for %j: %s", (row, problem) => {
    let error: unknown;
    try {
      load("host\t=first.example\tMail", row);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof InputError)) expect.fail(`no InputError but ${error}`);
    expect(error.code).toBe("bad_data_file");
    expect(error.message).toContain(problem);
    expect(error.message.startsWith(`${rulesFile} line 3: `)).toBe(true);
  });

  it("a pattern given twice names the first line", () => {
    expect(() => load("host\t=a.example\tMail", "host\t=A.example\tMaps")).toThrow(
      'host "=A.example" is already in line 2',
    );
    expect(() => load("process\tOurs\tMail", "process\tours\tMaps")).not.toThrow();
  });

  it("a missing file is named", () => {
    expect(() => loadEvidenceRules(table, { rulesFile: join(folder, "none.tsv") })).toThrow(
      expect.objectContaining({ code: "cannot_open" }),
    );
  });
});
