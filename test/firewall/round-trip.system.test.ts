/**
 * Rulesets on a real router: generated rules open exactly their rows, and the audit of the ruleset listed by the kernel
 * predicts real connections.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PortAudit } from "../../src/firewall/audit-ports.ts";
import { auditRows } from "../../src/firewall/audit-rows.ts";
import { loadPortNeeds } from "../../src/firewall/load-port-needs.ts";
import { type NftRuleset, parseNftRuleset } from "../../src/firewall/nft-ruleset.ts";
import { planRules } from "../../src/firewall/plan-rules.ts";
import { renderNftables } from "../../src/firewall/render-nftables.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { ReachReport } from "../../src/reports/reach/reach-report.ts";
import { runCli } from "../cli/run-cli.ts";
import { isInstalled } from "../support/namespace-holder.ts";
import { type Attempt, RoutedNetwork, whyNoRoutedNetwork } from "../support/routed-network.ts";

const reason = whyNoRoutedNetwork();
if (reason !== null) console.info(`skipped: rulesets on a router: ${reason}`);

const noCapture = reason ?? (isInstalled("tcpdump") ? null : "not installed: tcpdump");
if (noCapture !== null) console.info(`skipped: reach behind a router with rules: ${noCapture}`);

const table = loadServiceTable();
const FACETIME_ONLY = renderNftables(
  planRules({
    table,
    needs: loadPortNeeds(table),
    subject: "FaceTime",
    products: new Set([table.product("FaceTime") ?? expect.fail()]),
  }),
  { kind: "router", inside: { interfaceName: "inside0", networks: [] } },
).replaceAll(/^#policy /gm, "");
const folder = mkdtempSync(join(tmpdir(), "appleflow-router-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PATH = { hook: "forward", insideInterface: "inside0", outsideInterface: "outside0" } as const;

/** FaceTime's ports: the ends of each range, and one inside. */
const FACETIME = {
  tcp: [80, 443, 5223],
  udp: [3478, 3490, 3497, 16384, 16385, 16387, 16393, 16400, 16402],
};
/** Neighbouring ports, ports of other rows, and unlisted ports. */
const OTHERS = {
  tcp: [22, 23, 25, 79, 81, 88, 442, 444, 548, 993, 3478, 5222, 5224, 5900, 7000, 50003],
  udp: [53, 80, 123, 443, 500, 3477, 3498, 4500, 5353, 16383, 16388, 16392, 16403, 49152],
};
const SERVED = (["tcp", "udp"] as const).flatMap((transport) =>
  [...FACETIME[transport], ...OTHERS[transport]].map((port) => ({ transport, port })),
);
/** In Apple's networks: for `reach` a port alone is no evidence of Apple's services. */
const SERVERS = { 4: "17.253.144.10", 6: "2620:149:af0::10" } as const;
const ATTEMPTS: readonly Attempt[] = SERVED.flatMap((one) =>
  ([4, 6] as const).map((version) => ({ ...one, version, host: SERVERS[version] })),
);

function nameOf({ transport, port, version }: Attempt): string {
  return `${transport}/${port} IPv${version}`;
}

/** Returns the attempts on which the audit gives `verdict`. */
function audited(ruleset: NftRuleset, verdict: string): string[] {
  const ports = new PortAudit(ruleset, PATH);
  return ATTEMPTS.filter(({ transport, port, version }) => {
    const [{ outcome }] = ports.outcomes({ first: port, last: port }, transport, version);
    return outcome.verdict === verdict;
  }).map(nameOf);
}

/** As administrators write them: sets, maps, jumps, marks, flags, several tables. */
const HAND_WRITTEN = `
table inet filter {
	set web { type inet_service; flags interval; elements = { 80, 442-444 } }
	map calls { type inet_service : verdict; flags interval; elements = { 3478-3497 : accept, 16384-16387 : goto logged, 16392 : drop } }
	chain logged { counter; log prefix "call "; accept; }
	chain sub {
		tcp dport @web return
		meta l4proto . th dport { tcp . 25, udp . 500 } reject
		ip protocol udp udp dport 123 accept
		ip6 nexthdr tcp tcp dport 993 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		tcp flags & (fin | syn | rst | ack) != syn ct state new drop
		iifname "lo" accept
		iifname "outside*" drop
		oifname { "outside0", "other0" } jump sub
		ip6 nexthdr udp udp dport 443 drop
		tcp dport vmap @calls
		udp dport vmap @calls
		tcp dport { 80, 443, 5222-5224 } accept
		meta nfproto ipv4 tcp dport != { 22-600, 5900 } accept
		th dport >= 49152 accept
		udp dport 443 accept
	}
}
table ip early {
	chain forward {
		type filter hook forward priority -10; policy accept;
		tcp dport 7000 drop
		udp dport 16400 reject
		accept
	}
}
table ip6 late {
	chain forward {
		type filter hook forward priority 10; policy accept;
		tcp dport 5223 counter drop
	}
}
`;

/** Passes first packets out and no answers in; for other ports, the reverse. */
const WITHOUT_ANSWERS = `
table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct direction original tcp dport { 80, 443 } accept
		ct direction original udp dport { 3478-3497 } accept
		ct direction reply tcp sport 443 ct state established accept
		ct direction reply udp sport 3490 accept
		ct state new tcp dport { 5223, 5900 } accept
		ct direction original tcp dport 5900 accept
		ct direction reply tcp sport { 5223, 5900 } accept
	}
}
`;

describe.skipIf(reason !== null)("a router between namespaces", () => {
  let network: RoutedNetwork;
  beforeAll(async () => {
    network = await RoutedNetwork.make({ serverAddresses: Object.values(SERVERS) });
    await network.serve(SERVED);
  }, 30_000);
  afterAll(async () => await network.remove());

  it("without rules lets everything through, and the audit agrees", async () => {
    const ruleset = parseNftRuleset(network.loadRules(""), "no rules");
    expect(audited(ruleset, "allowed")).toEqual(ATTEMPTS.map(nameOf));
    expect((await network.answers(ATTEMPTS)).map(nameOf)).toEqual(ATTEMPTS.map(nameOf));
  }, 30_000);

  it("with the rules for FaceTime lets FaceTime's rows through and nothing else", async () => {
    const ruleset = parseNftRuleset(network.loadRules(FACETIME_ONLY), "FaceTime");
    const through = (await network.answers(ATTEMPTS)).map(nameOf);
    const wanted = ATTEMPTS.filter(({ transport, port }) => FACETIME[transport].includes(port)).map(nameOf);
    expect(through).toEqual(wanted);

    expect(audited(ruleset, "allowed")).toEqual(wanted);
    expect(audited(ruleset, "undecided")).toEqual([]);
    const { rows, counts, notes } = auditRows(ruleset, { ...PATH, table });
    expect(notes).toEqual([]);
    const open = rows.filter(({ verdict }) => verdict === "allowed");
    expect(open.map(({ port, transport }) => `${port} ${transport}`)).toEqual([
      "80 TCP",
      "443 TCP",
      "3478–3497 UDP",
      "5223 TCP",
      "16384–16387 UDP",
      "16393–16402 UDP",
    ]);
    expect(open.every(({ products }) => products.includes("FaceTime"))).toBe(true);
    // 16384–16403 of Messages includes FaceTime's ports.
    expect(counts).toEqual({ allowed: 6, blocked: 123, partly: 1, undecided: 0 });
  }, 30_000);

  it.skipIf(noCapture !== null)(
    "with the rules for FaceTime is reported by reach as by the audit",
    async () => {
      const file = join(folder, "facetime.pcap");
      const ruleset = parseNftRuleset(network.loadRules(FACETIME_ONLY), "FaceTime");
      const stop = await network.capture(file);
      await network.answers(ATTEMPTS);
      // Nothing fails before 3 seconds without an answer: the capture has to continue.
      await pause(1000);
      const web = ATTEMPTS.filter(({ transport, port }) => transport === "tcp" && port === 443);
      expect(await network.answers(web)).toEqual(web);
      await stop();

      const { stdout } = await runCli(["reach", file, "--format", "json"]);
      const { targets } = JSON.parse(stdout) as ReachReport;
      const tried = targets.filter(({ listed }) => listed);
      expect(tried.length).toBeGreaterThan(40);
      const audit = new PortAudit(ruleset, PATH);
      for (const { transport, port, address, verdict } of tried) {
        const version = address.includes(":") ? 6 : 4;
        const [{ outcome }] = audit.outcomes({ first: port, last: port }, transport, version);
        // For TCP, an answer alone does not show that the service works.
        const works = transport === "tcp" ? "answered" : "works";
        expect(verdict, `${transport}/${port} at ${address}`).toBe(
          outcome.verdict === "allowed" ? works : "unanswered",
        );
      }
      const facetime = tried.filter(({ listedFor }) =>
        listedFor.some(({ product }) => product === "FaceTime"),
      );
      expect(facetime.length).toBeGreaterThan(10);
      expect(facetime.filter(({ verdict }) => verdict !== "unanswered")).toHaveLength(facetime.length);
    },
    30_000,
  );

  it.each([
    ["sets, maps, jumps, flags and three tables", HAND_WRITTEN],
    ["ports whose answers do not pass", WITHOUT_ANSWERS],
  ])(
    "with %s behaves as the audit predicts",
    async (_, rules) => {
      const ruleset = parseNftRuleset(network.loadRules(rules), "written by hand");
      const through = (await network.answers(ATTEMPTS)).map(nameOf);
      expect(through.length).toBeGreaterThan(3);
      expect(through.length).toBeLessThan(ATTEMPTS.length - 3);
      expect(audited(ruleset, "allowed")).toEqual(through);
      expect(audited(ruleset, "undecided")).toEqual([]);
    },
    30_000,
  );
});
