/** The report for people: sections by kind of evidence, from captures with handshakes. */
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { phoneTruth } from "../../scripts/fixtures/phone-morning.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { GROUPINGS, type Grouping } from "../../src/render/render-groups.ts";
import { renderSummary } from "../../src/render/render-summary.ts";
import { formatBytes } from "../../src/render/render-units.ts";
import { reportSections } from "../../src/render/report-sections.ts";
import type { NetworkChoice } from "../../src/reports/devices/networks.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";

const NAMES = "fixtures/lab/apple-names.pcapng";
const PHONE = "fixtures/phone-morning.pcapng";
const OFFICE = "fixtures/office-morning.pcapng";
const SSH = "fixtures/lab/ssh.pcap";
const MAX_FLOWS = 2000;

const read = (capture: string, options = {}) => summarize([capture], { maxFlows: MAX_FLOWS, ...options });
const style = (width: number) => ({ width, colors: false, ascii: false });

async function report(of: Summary, width = 80, more: { top?: number; all?: boolean; by?: Grouping } = {}) {
  const text = await renderSummary(of, { format: "table", style: style(width), ...more });
  return text.trimEnd().split("\n");
}

/** Parses the number of bytes in a line of the report. */
function bytesIn(line: string): number {
  const [, number, unit] = /([\d.]+) (B|kB|MB)\b/.exec(line) ?? [];
  return Number(number) * { B: 1, kB: 1000, MB: 1e6 }[unit as "B" | "kB" | "MB"];
}

describe("the sections of a report", () => {
  it.each([PHONE, NAMES, OFFICE, SSH])(
    "add up to the capture of %s, and their rows to them",
    async (capture) => {
      const summary = await read(capture);
      const sections = reportSections(summary);
      const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
      expect(sum(sections.map(({ total }) => total.bytes))).toBe(summary.capture.bytes);
      expect(sum(sections.map(({ total }) => total.packets))).toBe(summary.capture.packets);
      for (const { rows, total } of sections) expect(sum(rows.map(({ bytes }) => bytes))).toBe(total.bytes);
      const known = sections.filter(({ kind }) => kind === "identified" || kind === "apple");
      const { identified, unknownProduct } = summary.apple;
      expect(sum(known.map(({ total }) => total.bytes))).toBe(identified.bytes + unknownProduct.bytes);
    },
  );

  it("separate what could be Apple's from what is", async () => {
    const [identified, apple, couldBe] = reportSections(await read(OFFICE));
    expect([identified, apple, couldBe].map(({ kind }) => kind)).toEqual(["identified", "apple", "could-be"]);
    expect(couldBe.total.bytes).toBeGreaterThan(0);
  });

  it("call services by their common names", async () => {
    const noProduct = reportSections(await read(NAMES)).find(({ kind }) => kind === "no-product");
    expect(noProduct?.rows.map(({ name }) => name)).toContain("DNS");
  });
});

describe("the report of a capture with Apple's names", () => {
  it("states how much is Apple's, then what, then the evidence", async () => {
    const summary = await read(NAMES);
    const lines = await report(summary);
    expect(lines[0]).toBe(NAMES);
    expect(lines[1]).toMatch(/^193 packets, 33\.8 kB, 28 flows; /);
    expect(lines[2]).toBe("Apple's: 19.0 kB of 33.8 kB (56.2%), 42.1% of it exactly one product");
    const header = lines.findIndex((line) => /^APPLE'S, IDENTIFIED +BYTES +SHARE +FLOWS +BY/.test(line));
    expect(header).toBeGreaterThan(2);
    expect(lines[header + 2]).toMatch(/^Software Update +4\.2 kB +12\.5% +1 +server-name/);
    // The table agrees with the headline.
    const rows = lines.slice(header + 1, header + 5);
    const shown = rows.reduce((sum, line) => sum + bytesIn(line), 0);
    expect(Math.abs(shown - summary.apple.identified.bytes)).toBeLessThan(50 * rows.length);
  });

  it.each([PHONE, NAMES, OFFICE])("fits into 31 lines of 80 columns: %s", async (capture) => {
    const lines = await report(await read(capture));
    expect(lines.length).toBeLessThanOrEqual(31);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  });

  it.each([40, 50, 60, 80, 120, 200])("never drops the evidence: %d columns", async (width) => {
    for (const capture of [PHONE, NAMES, OFFICE]) {
      const lines = await report(await read(capture), width);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
      expect(lines.some((line) => /^(APPLE'S|APP).* BY/.test(line))).toBe(true);
      expect(lines.some((line) => / (server-name|address|serv|addr)/.test(line))).toBe(true);
    }
  });

  it("shows the number of rows given with --top, and the sum of the rest", async () => {
    const summary = await read(NAMES);
    const lines = await report(summary, 80, { top: 1 });
    const rows = reportSections(summary)[0].rows;
    const rest = rows.slice(1).reduce((sum, { bytes }) => sum + bytes, 0);
    const more = lines.find((line) => line.startsWith(`${rows.length - 1} more `)) ?? "";
    expect(Math.abs(bytesIn(more) - rest)).toBeLessThan(50);
  });

  it("shows every row with --all, with possible products marked as such", async () => {
    const summary = await read(OFFICE);
    const some = await report(summary);
    const all = await report(summary, 80, { all: true });
    expect(some.some((line) => / more\b/.test(line))).toBe(true);
    expect(some.join("\n")).not.toContain("ONLY POSSIBLE");
    expect(all.join("\n")).not.toMatch(/^\d+ more /m);
    const title = all.indexOf("ONLY POSSIBLE, BY PORT: ROWS OVERLAP");
    expect(title).toBeGreaterThan(0);
    expect(all[title + 1]).toMatch(/^PRODUCT +FLOWS +PACKETS +AT MOST +ALONE$/);
  });
});

describe("the report of a phone's morning", () => {
  const truth = phoneTruth();

  it("attributes each byte as the builder of the capture states", async () => {
    const sections = reportSections(await read(PHONE));
    const said = sections.map(({ kind, rows }) => [
      kind,
      Object.fromEntries(rows.map((r) => [r.name, r.bytes])),
    ]);
    expect(Object.fromEntries(said)).toEqual(truth);
  });

  it("has a line for each product with its bytes, and shortens nothing in 80 columns", async () => {
    const lines = await report(await read(PHONE));
    expect(lines.join("\n")).not.toContain("…");
    for (const section of ["identified", "apple", "could-be"]) {
      for (const [name, bytes] of Object.entries(truth[section])) {
        const line = lines.filter((one) => one.startsWith(`${name}  `));
        expect(line, name).toHaveLength(1);
        expect(line[0].slice(name.length).trimStart(), name).toMatch(new RegExp(`^${formatBytes(bytes)}  `));
      }
    }
    for (const section of ["other", "no-product", "not-decoded"]) {
      for (const [name, bytes] of Object.entries(truth[section])) {
        expect(lines.join("\n")).toContain(` ${name} ${formatBytes(bytes)}`);
      }
    }
  });

  it("explains the packets that were not decoded, next to their bytes", async () => {
    const lines = await report(await read(PHONE));
    const at = lines.findIndex((line) => line.startsWith("NOT DECODED"));
    expect(lines[at + 1]).toBe("  packets: arp 6, icmpv6 4, igmp 2");
    expect(lines.slice(at + 2)).toEqual([
      "DEVICES  4: iPhone 274.0 kB, router 192.168.1.1 4.7 kB, 2 more: --by device",
      "CONTENT CACHES  none seen, at most 54.9 kB of identified traffic is cacheable",
    ]);
  });

  it("draws bars only for known traffic", async () => {
    const lines = await report(await read(PHONE));
    const couldBe = lines.findIndex((line) => line.startsWith("COULD BE APPLE'S"));
    expect(lines.slice(5, couldBe - 3).every((line) => /[█-▏]$/.test(line))).toBe(true);
    expect(lines.slice(couldBe).join("\n")).not.toMatch(/[█-▏]/);
    // The longest bar is that of the largest row.
    expect(lines[5]).toMatch(/ {2}█{5,}$/);
  });

  it("separates the parts of a line by commas, which occur in no part", async () => {
    const lines = await report(await read(PHONE));
    const from = lines.findIndex((one) => one.startsWith("NO APPLE PRODUCT'S"));
    const until = lines.findIndex((one) => one.startsWith("NOT DECODED"));
    const line = lines
      .slice(from, until)
      .join("")
      .replace(/, {2,}/g, ", ");
    const parts = line.slice(line.indexOf(": ") + 2).split(", ");
    expect(parts).toHaveLength(Object.keys(truth["no-product"]).length);
    for (const part of parts) expect(bytesIn(part)).toBeGreaterThan(0);
  });
});

describe("the report of a capture without Apple traffic", () => {
  it("says so first, and has no could-be in the headline", async () => {
    const lines = await report(await read(SSH));
    expect(lines[2]).toBe("No Apple server, name or product was seen.");
    expect(lines.join("\n")).not.toContain("COULD BE APPLE'S");
    expect(lines).toContain("LISTED PORTS, OWNER UNKNOWN");
    expect(lines.join("\n")).toContain("\n22/tcp ssh, any vendor's  27.3 kB");
  });
});

describe("the report with only the list applied", () => {
  it("has a row for each product: at most, and alone", async () => {
    const summary = await read(OFFICE, { rules: null });
    expect(summary.apple.identified.flows + summary.apple.unknownProduct.flows).toBe(0);
    const lines = await report(summary);
    const header = lines.findIndex((line) => /^PRODUCT +FLOWS +PACKETS +AT MOST +ALONE$/.test(line));
    expect(header).toBeGreaterThan(0);
    for (const [i, { product, possible, possibleOnly }] of summary.products.entries()) {
      const line = lines[header + 1 + i];
      expect(line.startsWith(product), line).toBe(true);
      expect(Math.abs(bytesIn(line) - possible.bytes)).toBeLessThanOrEqual(possible.bytes * 0.05 + 1);
      if (possibleOnly.bytes === 0) expect(line).toMatch(/ 0 B$/);
    }
    expect(lines.join(" ")).toContain("rows overlap");
  });
});

describe("the report of --by", () => {
  /** Groupings by sender count a byte in two rows, not one. */
  const byEnds: readonly Grouping[] = ["device", "subnet", "vlan"];
  it.each(GROUPINGS.filter((by) => by !== "group" && !byEnds.includes(by)))(
    "%s has each decoded byte in one row",
    async (by) => {
      for (const capture of [NAMES, OFFICE]) {
        const summary = await read(capture, { withServers: by === "server" });
        const lines = await report(summary, 200, { by });
        const header = lines.findIndex((line) => line.startsWith(by.toUpperCase()));
        const end = lines.indexOf("", header);
        const rows = lines.slice(header + 1, end < 0 ? undefined : end);
        expect(rows.length).toBeGreaterThan(1);
        const shown = rows.reduce((sum, line) => sum + bytesIn(line), 0);
        expect(Math.abs(shown - summary.bytes.decoded) / summary.bytes.decoded, capture).toBeLessThan(0.02);
        expect(lines[header]).toContain("KNOWN AS");
      }
    },
  );

  it.each(byEnds)("%s has each decoded byte sent by one row", async (by) => {
    const networks: NetworkChoice = by === "vlan" ? { by } : { by: "subnet", ipv4: 28, ipv6: 64 };
    const summary = await read(OFFICE, { networks });
    const lines = await report(summary, 200, { by, all: true });
    const header = lines.findIndex((line) => line.startsWith(by.toUpperCase()));
    const rows = lines.slice(header + 1, lines.indexOf("", header)).filter((line) => !line.startsWith(" "));
    expect(rows.length).toBeGreaterThan(1);
    const shown = rows.reduce((sum, line) => sum + bytesIn(line), 0);
    expect(Math.abs(shown - summary.bytes.decoded) / summary.bytes.decoded).toBeLessThan(0.02);
  });
});
