/**
 * Rules for a router let devices inside open connections, and nobody outside. Earlier rules had no direction: servers inside
 * answered from outside on every port that devices may connect to.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { isInstalled } from "../support/namespace-holder.ts";
import { type Attempt, RoutedNetwork, whyNoRoutedNetwork } from "../support/routed-network.ts";

const noRouter = whyNoRoutedNetwork();
if (noRouter !== null) console.info(`skipped: a router that is closed from outside: ${noRouter}`);
const noIptables = noRouter ?? (isInstalled("ip6tables-restore") ? null : "not installed: iptables");
if (noIptables !== null) console.info(`skipped: iptables that is closed from outside: ${noIptables}`);

/** Ports of FaceTime's rows. 3478 is unused outside, for attempts from that port. */
const OUTSIDE = ports({ tcp: [80, 443, 5223], udp: [3479, 16384, 16402] });
const INSIDE = ports({ tcp: [80, 443, 5223, 22, 5900], udp: [3478, 3479, 16384, 50000] });
const FROM_INSIDE = bothVersions(OUTSIDE);
const FROM_OUTSIDE = [
  ...bothVersions(INSIDE.filter(({ port }) => port !== 3478)),
  // Its source port makes it look like an answer of a STUN server.
  ...bothVersions(INSIDE.filter(({ port }) => port === 3478)).map((one) => ({ ...one, sourcePort: 3478 })),
];

function ports(numbers: Readonly<Record<"tcp" | "udp", readonly number[]>>): Omit<Attempt, "version">[] {
  return (["tcp", "udp"] as const).flatMap((transport) =>
    numbers[transport].map((port) => ({ transport, port })),
  );
}

function bothVersions(services: readonly Omit<Attempt, "version">[]): Attempt[] {
  return services.flatMap((one) => ([4, 6] as const).map((version) => ({ ...one, version })));
}

function nameOf({ transport, port, version }: Attempt): string {
  return `${transport}/${port} IPv${version}`;
}

async function rules(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(["rules", ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  // The policy that drops everything else is commented out by default.
  return stdout.replaceAll(/^#policy /gm, "");
}

const INTERFACE = ["--inside", "inside0"];
const NETWORKS = ["--source", "10.71.1.0/24", "--source", "fd71:1::/64"];
const CASES = [
  ["an interface", ["FaceTime", ...INTERFACE]],
  ["networks", ["FaceTime", ...NETWORKS]],
  ["an interface and networks", ["FaceTime", ...INTERFACE, ...NETWORKS]],
  [
    "an interface, with inbound services offered",
    ["FaceTime", "Screen Sharing", ...INTERFACE, "--with-inbound"],
  ],
] as const;

describe.skipIf(noRouter !== null)("a router with generated rules", () => {
  let network: RoutedNetwork;
  beforeAll(async () => {
    network = await RoutedNetwork.make();
    network.addFarNetwork();
    await Promise.all([network.serve(OUTSIDE, "outside"), network.serve(INSIDE, "inside")]);
  }, 30_000);
  afterAll(async () => await network.remove());

  /** Returns what passes with the loaded rules. */
  async function passing(): Promise<object> {
    const [fromInside, fromOutside, tooBig] = [
      (await network.answers(FROM_INSIDE, "inside")).map(nameOf),
      (await network.answers(FROM_OUTSIDE, "outside")).map(nameOf),
      await network.toldTooBig(3478),
    ];
    return { fromInside, fromOutside, tooBig };
  }
  const closed = { fromInside: FROM_INSIDE.map(nameOf), fromOutside: [], tooBig: [4, 6] };

  it("is open from either side without them", async () => {
    network.loadRules("");
    expect(await passing()).toEqual({ ...closed, fromOutside: FROM_OUTSIDE.map(nameOf) });
  }, 30_000);

  it.each(CASES)(
    "for %s in nftables is closed from outside",
    async (_, args) => {
      network.loadRules(await rules(...args));
      expect(await passing()).toEqual(closed);
    },
    30_000,
  );

  it.skipIf(noIptables !== null).each(CASES)(
    "for %s in iptables is closed from outside",
    async (_, args) => {
      network.loadIptables(await rules(...args, "--format", "iptables"));
      expect(await passing()).toEqual(closed);
    },
    30_000,
  );

  it.skipIf(noIptables !== null)(
    "is closed once the right iptables rules are loaded over those for a wrong interface",
    async () => {
      const [wrong, right] = await Promise.all(
        ["outside0", "inside0"].map((name) => rules("FaceTime", "--inside", name, "--format", "iptables")),
      );
      network.loadIptables(wrong, right);
      expect(await passing()).toEqual(closed);
    },
    30_000,
  );

  it('that blocks related errors does not pass "packet too big"', async () => {
    const text = await rules("FaceTime", ...INTERFACE);
    network.loadRules(text.replace("established,related", "established"));
    expect(await passing()).toEqual({ ...closed, tooBig: [] });
  }, 30_000);
});
