import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderFlow, renderFlowHeader } from "../../src/render/render-flows.ts";
import { type RenderOptions, renderSummary } from "../../src/render/render-summary.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { ProductSummary, Summary } from "../../src/reports/traffic/summary.ts";

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

function product(name: string, bytes: number, more: Partial<ProductSummary> = {}): ProductSummary {
  return {
    product: name,
    kind: "apple",
    family: "Family",
    retired: null,
    flows: { sole: 1, possible: 2 },
    packets: { sole: 1, estimate: 1.5, possible: 2 },
    bytes: { sole: 0, estimate: bytes, possible: bytes * 2 },
    bytesByEvidence: { "port-range": 0, port: bytes * 2, address: 0, name: 0, "server-name": 0, process: 0 },
    bytesFromOriginator: bytes,
    bytesFromResponder: bytes,
    firstSeen: "2026-01-31T09:00:00Z",
    lastSeen: "2026-01-31T09:00:01Z",
    ports: ["tcp/443"],
    ...more,
  };
}

function summary(more: Partial<Summary> = {}): Summary {
  return {
    schema: "appleflow/summary@1",
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
    flows: { total: 2, tcp: 2, udp: 0, attributed: 2, unattributed: 0, offList: 0, evicted: 0 },
    ambiguity: 0.5,
    products: [product(EVIL, 450), product("=SUM(A1:A9)", 450)],
    families: [],
    ports: [],
    unattributed: {
      ...NO_TRAFFIC,
      byReason: {
        "port-not-listed": NO_TRAFFIC,
        "no-product-listed": NO_TRAFFIC,
        "not-apple": NO_TRAFFIC,
        "wide-range-only": NO_TRAFFIC,
        "side-unknown": NO_TRAFFIC,
      },
    },
    evidenceDropped: { handshakes: 0, names: 0 },
    weirds: { arp: 1 },
    ...more,
  };
}

function render(of: Summary, options: Partial<RenderOptions> = {}): Promise<string> {
  return renderSummary(of, { format: "table", ...options });
}

describe("hostile names", () => {
  it.each(["table", "csv", "json", "ndjson"] as const)("do nothing to the terminal in %s", async (format) => {
    const text = await render(summary(), { format });
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^appleflow: all is well/m);
  });

  it("are no formulas in CSV", async () => {
    expect(await render(summary(), { format: "csv" })).toMatch(/^'=SUM\(A1:A9\),apple/m);
  });
});

describe("the table", () => {
  it("says what was read, and that it has no times", async () => {
    const lines = (await render(summary())).split("\n");
    expect(lines[1]).toBe("4 packets, 1.0 kB, 2 flows");
    expect(lines[2]).toBe("no times in the capture");
  });

  it("marks generic and ended products, and says what the marks mean", async () => {
    const products = [
      product("TLS websites", 300, { kind: "generic" }),
      product("iTunes U", 200, { retired: "2022-01-01" }),
      product("Both", 100, { kind: "generic", retired: "2022-01-01" }),
      product("FaceTime", 50),
    ];
    const text = await render(summary({ products }));
    expect(text).toMatch(/^TLS websites \* /m);
    expect(text).toMatch(/^iTunes U † /m);
    expect(text).toMatch(/^Both \*† /m);
    expect(text).toMatch(/^FaceTime {2}/m);
    expect(text).toContain("* software of any vendor   † product has ended");
    const ascii = await render(summary({ products }), { style: { width: 80, colors: false, ascii: true } });
    expect(ascii).toContain("~ product has ended");
  });

  it("names the evidence behind most bytes, and that there is other", async () => {
    const bytesByEvidence = { "port-range": 10, port: 90, address: 0, name: 0, "server-name": 0, process: 0 };
    const text = await render(summary({ products: [product("Xsan", 50, { bytesByEvidence })] }));
    expect(text).toMatch(/^Xsan .* port \+ /m);
  });

  it("shows reasons, most packets first", async () => {
    const weirds = { arp: 3, esp: 1200, truncated_tcp_header: 40 };
    const text = await render(summary({ weirds }));
    expect(text).toContain("Not decoded because: esp 1,200, truncated_tcp_header 40, arp 3");
    const many = Object.fromEntries(
      Array.from({ length: 23 }, (_, i) => [`other_ip_protocol_${230 + i}`, 1]),
    );
    const whole = (await render(summary({ weirds: { ...many, esp: 2 } }))).replace(/\s+/g, " ");
    expect(whole).toContain("Not decoded because: esp 2, other_ip_protocol_230 1, ");
    expect(whole).toContain("other_ip_protocol_248 1, and 4 more");
  });

  it("says what was looked into, and of how many packets", async () => {
    const notesOf = async (tunnels: Summary["capture"]["tunnels"]) => {
      const { capture } = summary();
      const text = await render(summary({ capture: { ...capture, tunnels } }));
      return /^(?:Looked|Not looked) into: .*$/m.exec(text)?.[0] ?? null;
    };
    expect(await notesOf({})).toBeNull();
    expect(await notesOf({ vxlan: { inside: 11, outside: 0 } })).toBe("Looked into: vxlan 11 packets");
    expect(await notesOf({ geneve: { inside: 1, outside: 0 }, "gtp-u": { inside: 1200, outside: 34 } })).toBe(
      "Looked into: geneve 1 packet, gtp-u 1,200 of 1,234 packets",
    );
    expect(await notesOf({ l2tpv2: { inside: 0, outside: 1 }, gre: { inside: 0, outside: 2 } })).toBe(
      "Not looked into: l2tpv2 1 packet, gre 2 packets",
    );
  });

  it("says so where nothing was found", async () => {
    const nothing = summary({ products: [], weirds: {} });
    expect(await render(nothing)).toContain("No traffic on a port for which the list names a product.");
    expect(await render(nothing, { by: "port" })).toContain("No TCP or UDP traffic was decoded.");
    expect(await render(nothing, { by: "host" })).toContain("No TCP or UDP traffic was decoded.");
  });

  it("shows shares of nothing as such", async () => {
    const { capture } = summary();
    const empty = summary({
      capture: { ...capture, packets: 0, bytes: 0 },
      packets: NO_CLASSES,
      bytes: NO_CLASSES,
      products: [],
    });
    expect(await render(empty)).toMatch(/^Total +0 +0 +-$/m);
  });

  it.each([60, 80, 200])("has no line longer than %d columns, whatever the letters", async (width) => {
    const products = [
      product("会議室のプリンターと会議室のプリンターと会議室のプリンター", 450),
      product("👩‍👩‍👧‍👦".repeat(30), 450),
      product(EVIL.repeat(20), 450),
    ];
    const text = await render(summary({ products }), { style: { width, colors: false, ascii: false } });
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe("flows", () => {
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
    evidence: "server-name",
    candidates: ["FaceTime", "Game Center"],
    reason: null,
    offList: false,
    serverName: `=HYPERLINK("x",${EVIL})`,
    process: "-1+2",
    communityId: "1:x",
  };

  it("are lines of CSV whose names run nothing", () => {
    expect(renderFlowHeader("csv").split(",")).toHaveLength(21);
    expect(renderFlow(flow, "csv")).toBe(
      "tcp,10.0.0.1,50000,2001:db8::1,443,443,syn,,,1,2,10,20,established,server-name,FaceTime | Game Center,,false," +
        `"'=HYPERLINK(""x"",\\x1b[2J\\u202e\\r\\nappleflow: all is well)",'-1+2,1:x\n`,
    );
  });

  it("are objects, one a line, in ndjson", () => {
    expect(renderFlowHeader("ndjson")).toBe("");
    const line = renderFlow(flow, "ndjson");
    expect(JSON.parse(line)).toEqual(flow);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(line).not.toContain("\u202e");
  });
});
