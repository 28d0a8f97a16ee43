/**
 * Rules towards Apple's networks and names on a real router, enabled by the commands in their headers: the listed
 * destinations are reached, all others and everything from outside are not, over IPv4 and IPv6.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { endOf, isInstalled } from "../support/namespace-holder.ts";
import { type Attempt, RoutedNetwork, whyNoRoutedNetwork } from "../support/routed-network.ts";

const noRouter = whyNoRoutedNetwork();
if (noRouter !== null) console.info(`skipped: rules to Apple's networks on a router: ${noRouter}`);
const noIpset =
  noRouter ?? (["ip6tables-restore", "ipset"].every(isInstalled) ? null : "not installed: iptables, ipset");
if (noIpset !== null) console.info(`skipped: rules with ipset on a router: ${noIpset}`);
const noDnsmasq = noRouter ?? (isInstalled("dnsmasq") ? null : "not installed: dnsmasq");
if (noDnsmasq !== null) console.info(`skipped: rules by names with dnsmasq: ${noDnsmasq}`);

const folder = mkdtempSync(join(tmpdir(), "appleflow-to-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Addresses of the server: Apple's, those documented for push, and others. */
const HOSTS = {
  apple: ["17.253.144.10", "2620:149:af0::10"],
  push: ["17.249.1.2", "2403:300:a42::2"],
  other: ["23.0.64.5", "2a02:26f0::5"],
} as const;
type Owner = keyof typeof HOSTS;
const OUTSIDE = [
  ...[80, 443, 2195, 2197, 5223, 22].map((port) => ({ transport: "tcp" as const, port })),
  ...[3478, 443].map((port) => ({ transport: "udp" as const, port })),
];
const INSIDE = [
  { transport: "tcp" as const, port: 443 },
  { transport: "tcp" as const, port: 5900 },
  { transport: "udp" as const, port: 3478 },
];
const CONNECT_MS = 1300;

function attemptsTo(owner: Owner): Attempt[] {
  return OUTSIDE.flatMap((one) =>
    HOSTS[owner].map((host) => ({ ...one, version: host.includes(":") ? (6 as const) : (4 as const), host })),
  );
}

function nameOf({ transport, port, version }: Attempt): string {
  return `${transport}/${port} IPv${version}`;
}

async function rulesFile(name: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(["rules", ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const file = join(folder, name);
  writeFileSync(file, stdout);
  return file;
}

const both = (...ports: string[]) => ports.flatMap((port) => [`${port} IPv4`, `${port} IPv6`]);
/** The allowed destinations of FaceTime and push. */
const OPEN: Readonly<Record<Owner, string[]>> = {
  apple: both("tcp/80", "tcp/443", "tcp/5223", "udp/3478"),
  push: both("tcp/80", "tcp/443", "tcp/2197", "tcp/5223", "udp/3478"),
  other: [],
};

describe.skipIf(noRouter !== null)("a router with rules towards Apple's networks", () => {
  let network: RoutedNetwork;
  beforeAll(async () => {
    network = await RoutedNetwork.make({ serverAddresses: Object.values(HOSTS).flat() });
    await Promise.all([network.serve(OUTSIDE, "outside"), network.serve(INSIDE, "inside")]);
  }, 30_000);
  afterAll(async () => await network.remove());

  /** Runs a command from a file's header. */
  function sh(command: string, file: string): void {
    network.onRouter(["sh", "-ec", command.replaceAll("FILE", '"$1"'), "sh", file]);
  }

  async function passing() {
    const owners = Object.keys(HOSTS) as Owner[];
    const attempts = owners.flatMap(attemptsTo);
    const answered = await network.answers(attempts, "inside", CONNECT_MS);
    const through = Object.fromEntries(
      owners.map((owner) => [
        owner,
        answered
          .filter(({ host }) => (HOSTS[owner] as readonly (string | undefined)[]).includes(host))
          .map(nameOf),
      ]),
    );
    const inward = INSIDE.flatMap((one) => ([4, 6] as const).map((version) => ({ ...one, version })));
    return { through, fromOutside: (await network.answers(inward, "outside", CONNECT_MS)).map(nameOf) };
  }
  const sorted = (open: Readonly<Record<Owner, string[]>>) =>
    Object.fromEntries(Object.entries(open).map(([owner, names]) => [owner, [...names].sort()]));
  async function expectOpen(
    open: Readonly<Record<Owner, string[]>>,
    fromOutside: string[] = [],
  ): Promise<void> {
    const passed = await passing();
    expect({
      through: sorted(passed.through as Record<Owner, string[]>),
      fromOutside: passed.fromOutside,
    }).toEqual({
      through: sorted(open),
      fromOutside,
    });
  }
  const EVERYTHING = {
    apple: attemptsTo("apple").map(nameOf),
    push: attemptsTo("push").map(nameOf),
    other: attemptsTo("other").map(nameOf),
  };
  const FROM_OUTSIDE = INSIDE.flatMap((one) =>
    ([4, 6] as const).map((version) => nameOf({ ...one, version })),
  );
  const ASKED = ["FaceTime", "Push notifications", "--to", "apple", "--inside", "inside0"];

  it("in nftables passes all other traffic until the policy is enabled", async () => {
    const file = await rulesFile("open.nft", ...ASKED);
    network.loadRules("");
    sh("nft -f FILE", file);
    await expectOpen(EVERYTHING, FROM_OUTSIDE);
  }, 30_000);

  it("in nftables with the policy reaches only Apple's networks, and can be removed again", async () => {
    const file = await rulesFile("apple.nft", ...ASKED);
    sh("sed 's/^#policy //' FILE | nft -f -", file);
    await expectOpen(OPEN);
    sh("nft delete table inet appleflow", file);
    await expectOpen(EVERYTHING, FROM_OUTSIDE);
  }, 30_000);

  it.skipIf(noIpset !== null)(
    "in iptables with ipset reaches only Apple's networks, and can be removed again",
    async () => {
      const file = await rulesFile("apple.rules", ...ASKED, "--format", "iptables");
      network.loadRules("");
      sh("sed -n 's/^#ipset //p' FILE | ipset -exist restore", file);
      for (const program of ["iptables", "ip6tables"])
        sh(`sed 's/^#policy //' FILE | ${program}-restore --noflush`, file);
      await expectOpen(OPEN);
      const { stdout } = await runCli(["rules", ...ASKED, "--format", "iptables"]);
      const back = /^# +Undo: +(.*)$/m.exec(stdout)?.[1] ?? expect.fail("no line that takes it back");
      const policy = /^# +Undo the policy only: +(.*)$/m.exec(stdout)?.[1] ?? expect.fail("no policy");
      const sets = /^# +Sets, after undoing: +(.*)$/m.exec(stdout)?.[1] ?? expect.fail("no sets");
      for (const command of [back, policy, sets]) sh(command, file);
      expect(network.onRouter(["iptables-save"])).not.toContain("APPLE");
      await expectOpen(EVERYTHING, FROM_OUTSIDE);
    },
    30_000,
  );

  it.skipIf(noDnsmasq !== null)(
    "by name reaches the addresses that dnsmasq resolved, and nothing else",
    async () => {
      const upstream = join(folder, "upstream.conf");
      const names = {
        "7-courier.push.apple.com": HOSTS.other,
        "www.example.org": HOSTS.push,
        "xpush.apple.com.example.org": HOSTS.apple,
      };
      writeFileSync(
        upstream,
        [
          "no-resolv\nno-hosts\nlisten-address=10.71.2.2\nbind-interfaces\nuser=root\npid-file",
          ...Object.entries(names).flatMap(([name, hosts]) =>
            hosts.map((host) => `address=/${name}/${host}`),
          ),
        ].join("\n"),
      );
      const file = await rulesFile(
        "names.conf",
        ...["Push notifications", "--to", "names", "--format", "dnsmasq", "--inside", "inside0"],
      );
      network.loadRules("");
      sh("sed -n 's/^#nft //p' FILE | sed 's/^#policy //' | nft -f -", file);
      const own =
        "--no-resolv --no-hosts --server=10.71.2.2 --listen-address=10.71.1.1 --bind-interfaces --user=root";
      const daemons = [
        run(network.outsideCommand(["dnsmasq", "-k", "-C", upstream])),
        run(network.routerCommand(["dnsmasq", "-k", "-C", file, "--pid-file", ...own.split(" ")])),
      ];
      try {
        await pause(300);
        for (const [name, hosts] of Object.entries(names)) {
          expect((await network.resolve(name, "10.71.1.1")).sort()).toEqual([...hosts].sort());
        }
        // The address of a listed name, whoever owns it; and only on push's ports.
        await expectOpen({ apple: [], push: [], other: both("tcp/443", "tcp/5223") });
      } finally {
        for (const daemon of daemons) {
          daemon.kill();
          await endOf(daemon);
        }
      }
    },
    30_000,
  );
});

function run([program, ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: "ignore" });
}
