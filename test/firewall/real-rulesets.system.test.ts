/**
 * Rulesets of Docker, ufw, firewalld, OpenWrt, libvirt and administrators on a real router: each audit verdict is compared
 * with real connections in both directions. ufw and firewalld generate theirs themselves.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { Destination } from "../../src/firewall/address-classes.ts";
import { addressRange } from "../../src/firewall/address-literals.ts";
import { PortAudit } from "../../src/firewall/audit-ports.ts";
import { auditRows } from "../../src/firewall/audit-rows.ts";
import { loadDestinations } from "../../src/firewall/load-destinations.ts";
import { parseRuleset } from "../../src/firewall/load-ruleset.ts";
import type { NftRuleset } from "../../src/firewall/nft-ruleset.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { isInstalled } from "../support/namespace-holder.ts";
import {
  type Attempt,
  type NetworkOptions,
  RoutedNetwork,
  whyNoRoutedNetwork,
} from "../support/routed-network.ts";
import { DOCKER_24, DOCKER_28 } from "./rulesets/docker.ts";
import { LIBVIRT_IPTABLES, LIBVIRT_NFTABLES } from "./rulesets/libvirt.ts";
import { OPENWRT_FW4 } from "./rulesets/openwrt.ts";
import { PLAIN_IP6TABLES, PLAIN_IPTABLES, PLAIN_NFTABLES, WITHOUT_NEIGHBOURS } from "./rulesets/plain.ts";
import { loadFirewalld, loadUfw } from "./rulesets/programs.ts";

const noRouter =
  whyNoRoutedNetwork() ?? (isInstalled("ip6tables-restore") ? null : "not installed: ip6tables-restore");
if (noRouter !== null) console.info(`skipped: audits of rulesets of other programs: ${noRouter}`);
const noUfw = noRouter ?? (isInstalled("ufw") ? null : "not installed: ufw");
if (noUfw !== null) console.info(`skipped: an audit of what ufw writes: ${noUfw}`);
const noFirewalld =
  noRouter ?? (["firewalld", "dbus-daemon"].every(isInstalled) ? null : "not installed: firewalld, dbus");
if (noFirewalld !== null) console.info(`skipped: an audit of what firewalld writes: ${noFirewalld}`);

const table = loadServiceTable();
const appleNetworks = loadDestinations(table).networks.map(({ prefix }) => prefix);
/** One address of Apple's and one of a content network for each IP version. */
const HOSTS: Readonly<Record<4 | 6, Readonly<Record<"apple" | "content", string>>>> = {
  4: { apple: "17.253.144.10", content: "23.0.64.5" },
  6: { apple: "2620:149:af0::10", content: "2a02:26f0::5" },
};
const SERVED = [
  ...[22, 80, 443, 993, 5223, 5900].map((port) => ({ transport: "tcp" as const, port })),
  ...[123, 443, 3478, 16384].map((port) => ({ transport: "udp" as const, port })),
];
const TRIES = ([4, 6] as const).flatMap((version) =>
  (["apple", "content"] as const).flatMap((destination) =>
    SERVED.map((one) => ({ ...one, version, destination, host: HOSTS[version][destination] })),
  ),
);
const CONNECT_MS = 1300;
const MOST_UNDECIDED = 0.05;

function nameOf({ transport, port, version, host }: Attempt): string {
  return `${transport}/${port} at ${host} by IPv${version}`;
}

interface Kind {
  readonly options?: NetworkOptions;
  readonly load: (network: RoutedNetwork) => void;
  /** Whether iptables can list it, too. */
  readonly isOfIptables?: boolean;
  /** It has matches that nft's JSON only names: the audit must not be wrong, but may say little. */
  readonly isVagueAsJson?: boolean;
}

const iptables = (...files: readonly [string, string?]) => ({
  isOfIptables: true,
  load: (network: RoutedNetwork) => {
    network.loadRules("");
    network.onRouter(["iptables-restore"], files[0]);
    if (files[1] !== undefined) network.onRouter(["ip6tables-restore"], files[1]);
  },
});
const nft = (text: string) => ({ load: (network: RoutedNetwork) => void network.loadRules(text) });
const DOCKER = { inside: "docker0", outside: "eth0", insideNet: "172.17.0" };
const LIBVIRT = { inside: "virbr0", outside: "eth0", insideNet: "192.168.122" };

const KINDS: readonly (readonly [string, Kind, string | null])[] = [
  ["Docker 24", { ...iptables(DOCKER_24), options: DOCKER }, noRouter],
  ["Docker 28 with DOCKER-USER", { ...iptables(DOCKER_28), options: DOCKER }, noRouter],
  ["libvirt by iptables", { ...iptables(LIBVIRT_IPTABLES), options: LIBVIRT }, noRouter],
  ["libvirt by nftables", { ...nft(LIBVIRT_NFTABLES), options: LIBVIRT }, noRouter],
  ["OpenWrt", { ...nft(OPENWRT_FW4), options: { inside: "br-lan", outside: "wan" } }, noRouter],
  ["an administrator of nftables", nft(PLAIN_NFTABLES), noRouter],
  ["a router that does not know its neighbours", nft(WITHOUT_NEIGHBOURS), noRouter],
  [
    "an administrator of iptables",
    { ...iptables(PLAIN_IPTABLES, PLAIN_IP6TABLES), isVagueAsJson: true },
    noRouter,
  ],
  [
    "ufw",
    {
      isOfIptables: true,
      load: (network) =>
        loadUfw(network, [
          "ufw route allow in on inside0 out on outside0 to any port 443 proto tcp",
          "ufw route allow 5223/tcp",
          "ufw route allow to 17.0.0.0/8 port 3478 proto udp",
          "ufw limit 22/tcp",
        ]),
    },
    noUfw,
  ],
  [
    "ufw that routes all but some",
    {
      isOfIptables: true,
      load: (network) =>
        loadUfw(network, [
          "ufw default allow routed",
          "ufw route deny 22/tcp",
          "ufw route reject out on outside0 to any port 16384 proto udp",
          "ufw route limit 993/tcp",
        ]),
    },
    noUfw,
  ],
  [
    "firewalld with its zones",
    { load: (network) => loadFirewalld(network, ["--zone=internal --add-forward"]) },
    noFirewalld,
  ],
  [
    "firewalld with a policy",
    {
      load: (network) =>
        loadFirewalld(network, [
          "--new-policy=out",
          "--policy=out --add-ingress-zone=internal",
          "--policy=out --add-egress-zone=external",
          "--policy=out --add-service=https",
          "--policy=out --add-port=5223/tcp",
          `--policy=out --add-rich-rule='rule family="ipv4" destination address="17.0.0.0/8" port port="3478" protocol="udp" accept'`,
          `--policy=out --add-rich-rule='rule family="ipv4" destination address="17.0.0.0/8" port port="80" protocol="tcp" log prefix="web" limit value="3/m" accept limit value="100/s"'`,
        ]),
    },
    noFirewalld,
  ],
];

describe.skipIf(noRouter !== null)("an audit agrees with real connections through a router", () => {
  let network: RoutedNetwork | null = null;
  afterEach(async () => await network?.remove());

  it.each(KINDS.filter(([, , reason]) => reason === null))(
    "with the rules of %s",
    async (_, { options = {}, load, isOfIptables, isVagueAsJson }) => {
      const { inside = "inside0", outside = "outside0" } = options;
      const serverAddresses = Object.values(HOSTS).flatMap((hosts) => Object.values(hosts));
      const made = await RoutedNetwork.make({ ...options, serverAddresses });
      network = made;
      await made.serve(SERVED);
      load(made);
      const json = made.onRouter(["nft", "-j", "list", "ruleset"]);
      const rulesets: [string, NftRuleset][] = [["nft -j", parseRuleset(json, "nft")]];
      if (isOfIptables) {
        const saved = ["iptables-save", "ip6tables-save"].map((program) => made.onRouter([program]));
        rulesets.push(["iptables-save", parseRuleset(saved.join(""), "iptables")]);
      }
      const through = new Set((await made.answers(TRIES, "inside", CONNECT_MS)).map(nameOf));
      const path = {
        hook: "forward",
        insideInterface: inside,
        outsideInterface: outside,
        appleNetworks,
      } as const;
      for (const [form, ruleset] of rulesets) {
        const audit = new PortAudit(ruleset, path);
        const verdicts = TRIES.map((one) => ({ ...one, verdict: verdictOf(audit, one) }));
        const said = verdicts.filter(({ verdict }) => verdict !== "undecided");
        const wrong = said
          .filter((one) => (one.verdict === "allowed") !== through.has(nameOf(one)))
          .map((one) => `${form}: ${nameOf(one)} ${one.verdict}`);
        expect(wrong).toEqual([]);
        if (isVagueAsJson && form === "nft -j") continue;
        expect(said.length).toBeGreaterThanOrEqual(TRIES.length * (1 - MOST_UNDECIDED));
        const { rows, counts } = auditRows(ruleset, { ...path, table });
        console.info(`${form}: ${through.size} of ${TRIES.length} pass, rows ${JSON.stringify(counts)}`);
        expect(counts.undecided).toBeLessThanOrEqual(rows.length * MOST_UNDECIDED);
      }
    },
    60_000,
  );
});

/** Returns the audit's verdict on one attempt: by its destination and the networks with its address. */
function verdictOf(
  audit: PortAudit,
  { transport, port, version, destination, host }: (typeof TRIES)[number],
): string {
  const segments = audit.outcomes({ first: port, last: port }, transport, version, [
    destination as Destination,
  ]);
  const own = segments.find(
    ({ networks }) => networks.length === 0 || networks.some((one) => isWithin(host, one)),
  );
  return (own ?? expect.fail(`nothing is said of ${host}`)).outcome.verdict;
}

function isWithin(host: string, network: string): boolean {
  const range = addressRange({ prefix: { addr: network.split("/")[0], len: Number(network.split("/")[1]) } });
  const address = addressRange(host);
  return (
    range !== null &&
    address !== null &&
    range.version === address.version &&
    range.low <= address.low &&
    address.low <= range.high
  );
}
