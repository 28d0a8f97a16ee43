import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderFlow, renderFlowHeader } from "../../src/render/render-flows.ts";
import { type RenderOptions, renderSummary } from "../../src/render/render-summary.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { GroupSummary, ProductSummary, Summary } from "../../src/reports/traffic/summary.ts";

const EVIL = "\x1b[2J\u202e\r\nappleflow: all is well";

const NO_CLASSES = {
  decoded: 0,
  fragments: 0,
  otherIp: 0,
  nonIp: 0,
  malformed: 0,
  snaplenCut: 0,
  unsupportedLinkType: 0,
};
const NO_TRAFFIC = { flows: 0, packets: 0, bytes: 0 };

const OPTIONS = {
  evidence: true,
  from: null,
  to: null,
  filter: null,
  idleTimeoutSeconds: 3600,
  maxFlows: 2000,
  outer: false,
  deduplicate: false,
};
const NO_CLAIMS = {
  identified: NO_TRAFFIC,
  oneOf: NO_TRAFFIC,
  possible: NO_TRAFFIC,
  possibleOnly: NO_TRAFFIC,
};

function product(name: string, bytes: number, more: Partial<ProductSummary> = {}): ProductSummary {
  return {
    product: name,
    kind: "apple",
    role: "service",
    family: "Family",
    begun: null,
    ended: null,
    ...NO_CLAIMS,
    possible: { flows: 1, packets: 2, bytes },
    byEvidence: {},
    offListBytes: 0,
    names: [],
    ports: ["tcp/443"],
    firstSeen: "2026-01-31T09:00:00Z",
    lastSeen: "2026-01-31T09:00:01Z",
    ...more,
  };
}

function group(more: Partial<GroupSummary> = {}): GroupSummary {
  return {
    id: "g",
    class: "identified",
    products: [EVIL],
    candidates: [],
    offList: [],
    hints: [],
    label: null,
    reason: null,
    evidence: "server-name",
    service: { transport: "tcp", ports: "443", name: "https" },
    rows: [45],
    protocol: null,
    protocolSeen: false,
    unverified: false,
    elsewhere: false,
    names: [{ name: EVIL, bytes: 900 }],
    ports: ["tcp/443"],
    flows: 2,
    packets: 3,
    bytes: 900,
    bytesFromOriginator: 450,
    bytesFromResponder: 450,
    firstSeen: null,
    lastSeen: null,
    devices: null,
    ...more,
  };
}

function summary(more: Partial<Summary> = {}): Summary {
  const named = { flows: 2, packets: 3, bytes: 900 };
  return {
    schema: "appleflow/summary@2",
    program: { version: "0.0.0", dataDate: "2026-01" },
    options: OPTIONS,
    anonymised: false,
    complete: false,
    capture: {
      sources: [
        {
          name: `/captures/${EVIL}`,
          format: "pcapng",
          linkTypes: ["ETHERNET"],
          packets: 4,
          bytes: 1000,
          start: null,
          end: null,
          complete: false,
          error: { code: "truncated_record", message: "cut", offset: 24 },
          interfaces: [{ name: EVIL, linkType: "ETHERNET", packets: 4, unsupported: 0, dropped: 7 }],
        },
      ],
      packets: 4,
      bytes: 1000,
      start: null,
      end: null,
      durationSeconds: 0,
      filtered: 0,
      outsideTime: 0,
      duplicates: null,
      tunnels: {},
    },
    packets: { ...NO_CLASSES, decoded: 3, nonIp: 1 },
    bytes: { ...NO_CLASSES, decoded: 900, nonIp: 100 },
    flows: { total: 2, tcp: 2, udp: 0, evicted: 0 },
    evidenceDropped: { handshakes: 0, names: 0 },
    classes: {
      identified: named,
      apple: NO_TRAFFIC,
      other: NO_TRAFFIC,
      listed: NO_TRAFFIC,
      range: NO_TRAFFIC,
      unlisted: NO_TRAFFIC,
    },
    apple: {
      identified: { ...named, exact: 900, unverified: 0, appsElsewhere: 0 },
      unknownProduct: NO_TRAFFIC,
      couldBe: { ...NO_TRAFFIC, appleDevice: null, unknownDevice: null, protocolSeen: 0 },
      withdrawn: NO_TRAFFIC,
    },
    groups: [group()],
    products: [product(EVIL, 450), product("=SUM(A1:A9)", 450)],
    families: [],
    ports: [],
    devices: [],
    outside: null,
    otherDevices: null,
    series: null,
    weirds: { arp: 1 },
    ...more,
  };
}

function render(of: Summary, options: Partial<RenderOptions> = {}): Promise<string> {
  return renderSummary(of, { format: "table", ...options });
}

describe("hostile names", () => {
  it.each(["table", "csv", "json", "ndjson"] as const)("do not affect the terminal in %s", async (format) => {
    const text = await render(summary(), { format, all: true });
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^appleflow: all is well/m);
  });

  it("cannot become formulas in CSV", async () => {
    expect(await render(summary(), { format: "csv", by: "product" })).toMatch(/^'=SUM\(A1:A9\),apple/m);
  });
});

describe("the table of a summary", () => {
  it("lists what was read, and mentions missing times", async () => {
    const lines = (await render(summary())).split("\n");
    expect(lines[1]).toBe("4 packets, 1.0 kB, 2 flows; no times in the capture");
  });

  it("lists weirds, most packets first", async () => {
    const weirds = { arp: 3, esp: 1200, truncated_tcp_header: 40 };
    const text = await render(summary({ weirds }));
    expect(text).toContain("\n  packets: esp 1,200, truncated_tcp_header 40, arp 3\n");
    const many = Object.fromEntries(
      Array.from({ length: 23 }, (_, i) => [`other_ip_protocol_${230 + i}`, 1]),
    );
    const whole = (await render(summary({ weirds: { ...many, esp: 2 } }))).replace(/\s+/g, " ");
    expect(whole).toContain(" packets: esp 2, other_ip_protocol_230 1, ");
    expect(whole).toContain("other_ip_protocol_248 1, and 4 more");
  });

  it("lists the tunnels entered, with their packets", async () => {
    const notesOf = async (tunnels: Summary["capture"]["tunnels"]) => {
      const { capture } = summary();
      const text = await render(summary({ capture: { ...capture, tunnels } }));
      return /^(?:Decapsulated|Not decapsulated): .*$/m.exec(text)?.[0] ?? null;
    };
    expect(await notesOf({})).toBeNull();
    expect(await notesOf({ vxlan: { inside: 11, outside: 0 } })).toBe("Decapsulated: vxlan 11 packets");
    expect(await notesOf({ geneve: { inside: 1, outside: 0 }, "gtp-u": { inside: 1200, outside: 34 } })).toBe(
      "Decapsulated: geneve 1 packet, gtp-u 1,200 of 1,234 packets",
    );
    expect(await notesOf({ l2tpv2: { inside: 0, outside: 1 }, gre: { inside: 0, outside: 2 } })).toBe(
      "Not decapsulated: l2tpv2 1 packet, gre 2 packets",
    );
  });

  it("says that nothing was found", async () => {
    const nothing = summary({
      products: [],
      groups: [],
      weirds: {},
      options: { ...OPTIONS, evidence: false },
    });
    expect(await render(nothing)).toContain("No traffic on a port for which the list names a product.");
    expect(await render(nothing, { by: "port" })).toContain("No TCP or UDP traffic was decoded.");
    expect(await render(nothing, { by: "device" })).toContain(
      "Devices cannot be distinguished without evidence.",
    );
  });

  it.each([60, 80, 200])("has no line longer than %d columns, whatever the letters", async (width) => {
    const names = [
      "会議室のプリンターと会議室のプリンターと会議室のプリンター",
      "👩‍👩‍👧‍👦".repeat(30),
      EVIL.repeat(20),
    ];
    const groups = names.map((name) => group({ id: name, products: [name] }));
    const products = names.map((name) => product(name, 450));
    const text = await render(summary({ groups, products }), {
      all: true,
      style: { width, colors: false, ascii: false },
    });
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe("rendered flows", () => {
  const flow: FlowReport = {
    transport: "tcp",
    originator: { address: "10.0.0.1", port: 50_000 },
    responder: { address: "2001:db8::1", port: 443 },
    servicePort: 443,
    orientation: "syn",
    start: null,
    end: null,
    packets: { originator: 1, responder: 2 },
    bytes: { originator: 10, responder: 20 },
    tcp: "established",
    protocol: null,
    class: "identified",
    products: ["FaceTime", "Game Center"],
    candidates: [],
    hints: [],
    evidence: "server-name",
    offList: ["Game Center"],
    label: null,
    reason: null,
    unverified: false,
    announcedBy: null,
    serverName: `=HYPERLINK("x",${EVIL})`,
    process: "-1+2",
    originatorDevice: null,
    responderDevice: null,
    communityId: "1:x",
  };

  it("are CSV lines whose names cannot become formulas", () => {
    expect(renderFlowHeader("csv").split(",")).toHaveLength(29);
    expect(renderFlow(flow, "csv")).toBe(
      "tcp,10.0.0.1,50000,2001:db8::1,443,443,syn,,,1,2,10,20,established,,identified,FaceTime | Game Center,,,server-name,Game Center,,,false," +
        `"'=HYPERLINK(""x"",\\x1b[2J\\u202e\\r\\nappleflow: all is well)",'-1+2,,,1:x\n`,
    );
  });

  it("are objects, one per line, in ndjson", () => {
    expect(renderFlowHeader("ndjson")).toBe("");
    const line = renderFlow(flow, "ndjson");
    expect(JSON.parse(line)).toEqual(flow);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(line).not.toContain("\u202e");
  });
});
