/**
 * A device, a router and a server as network namespaces in a row, for comparing rulesets with real connections. They end with
 * the process that created them; no packet leaves them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endHolders, endOf, enter, runIn, startHolder, whyNoHolder } from "./namespace-holder.ts";
import { CLIENT, RESOLVE, SERVICE, TOO_BIG } from "./network-scripts.ts";

/** Without duplicate address detection, IPv6 works at once. */
const READY = "for i in all default; do echo 0 > /proc/sys/net/ipv6/conf/$i/accept_dad; done";
/** A lost SYN is retransmitted after a second. */
const CONNECT_MS = 2500;

/** For captures: tcpdump's ring holds few packets of the default 262,144 bytes. */
const SNAPLEN = 512;

/** A service to try: a transport and port of the other side. */
export interface Attempt {
  readonly transport: "tcp" | "udp";
  readonly port: number;
  readonly version: 4 | 6;
  /** The client's source port; any by default. */
  readonly sourcePort?: number;
  /** One of the other side's additional addresses; its first one by default. */
  readonly host?: string;
}

/** Names and addresses of a network, for tests that need specific ones. */
export interface NetworkOptions {
  /** Names of the router's interfaces. */
  readonly inside?: string;
  readonly outside?: string;
  /** The device's network, without its last number: "10.71.1". */
  readonly insideNet?: string;
  /** Additional addresses of the server. */
  readonly serverAddresses?: readonly string[];
}

/** The device is inside, the server outside. */
export type Side = "inside" | "outside";

/** A network behind the server, from which nobody answers, and the MTU of the way there. */
export const FAR = { ipv4: "10.71.3.2", ipv6: "fd71:3::2", mtu: 1300 } as const;

const OUTSIDE_NET = "10.71.2";

interface HostAddresses {
  readonly ipv4: string;
  readonly ipv6: string;
  readonly more: readonly string[];
}

function addressesIn(net: string, number: number, more: readonly string[] = []): HostAddresses {
  return { ipv4: `${net}.${number}`, ipv6: `fd71:${net.split(".").at(-1)}::${number}`, more };
}

/** Why no such network can be made here, or null if it can. */
export function whyNoRoutedNetwork(): string | null {
  return whyNoHolder(["ip", "nft"], ["nft", "list", "ruleset"]);
}

/** The three hosts; the router's interfaces are `inside0` and `outside0` by default. */
export class RoutedNetwork {
  readonly #hosts: readonly [ChildProcess, ChildProcess, ChildProcess];
  readonly #services: ChildProcess[] = [];
  readonly #addresses: Readonly<Record<Side, HostAddresses>>;

  private constructor(
    hosts: readonly [ChildProcess, ChildProcess, ChildProcess],
    addresses: Readonly<Record<Side, HostAddresses>>,
  ) {
    this.#hosts = hosts;
    this.#addresses = addresses;
  }

  static async make({
    inside = "inside0",
    outside = "outside0",
    insideNet = "10.71.1",
    serverAddresses = [],
  }: NetworkOptions = {}): Promise<RoutedNetwork> {
    const hosts = await Promise.all([startHolder(READY), startHolder(READY), startHolder(READY)]);
    const [device, router, server] = hosts;
    const network = new RoutedNetwork(hosts, {
      inside: addressesIn(insideNet, 2),
      outside: addressesIn(OUTSIDE_NET, 2, serverAddresses),
    });
    network.#cable(router, inside, device, insideNet);
    network.#cable(router, outside, server, OUTSIDE_NET);
    for (const address of serverAddresses) {
      const [version, length] = address.includes(":") ? ["-6", 128] : ["-4", 32];
      runIn(server, ["ip", version, "address", "add", `${address}/${length}`, "dev", "lo"]);
      runIn(router, [
        "ip",
        version,
        "route",
        "add",
        address,
        "via",
        version === "-6" ? "fd71:2::2" : "10.71.2.2",
      ]);
    }
    runIn(router, ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
    runIn(router, ["sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding"]);
    // As Apple's devices do.
    runIn(device, ["sh", "-c", "echo 49152 65535 > /proc/sys/net/ipv4/ip_local_port_range"]);
    return network;
  }

  /** Loads a ruleset as the router's only one; returns nft's JSON listing of it. */
  loadRules(ruleset: string): string {
    const [, router] = this.#hosts;
    runIn(router, ["nft", "flush", "ruleset"]);
    runIn(router, ["nft", "-f", "-"], ruleset);
    return runIn(router, ["nft", "-j", "list", "ruleset"]);
  }

  /**
   * Loads files for iptables-restore, for IPv4 and IPv6: the first into an empty ruleset, each next one over the previous
   * ones.
   */
  loadIptables(...files: readonly string[]): void {
    const [, router] = this.#hosts;
    runIn(router, ["nft", "flush", "ruleset"]);
    for (const file of files) {
      runIn(router, ["iptables-restore", "--noflush"], file);
      runIn(router, ["ip6tables-restore", "--noflush"], file);
    }
  }

  /** Runs a program on the router to its end; returns its standard output. */
  onRouter(command: readonly string[], input?: string): string {
    return runIn(this.#hosts[1], command, input);
  }

  /** Returns the command line that runs `command` on the router. */
  routerCommand(command: readonly string[]): string[] {
    return enter(this.#hosts[1], command);
  }

  /** Returns the command line that runs `command` on the server. */
  outsideCommand(command: readonly string[]): string[] {
    return enter(this.#hosts[2], command);
  }

  /** Returns a resolver's answer to the device for a name: its IPv4 and IPv6 addresses. */
  async resolve(name: string, resolver: string): Promise<string[]> {
    const child = spawnNode(this.#hosts[0], RESOLVE, { name, resolver });
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child, "close");
    return JSON.parse(said) as string[];
  }

  /** Makes the host of a side answer on these ports, over IPv4 and IPv6. */
  async serve(ports: readonly Pick<Attempt, "transport" | "port">[], side: Side = "outside"): Promise<void> {
    const { ipv4, ipv6, more } = this.#addresses[side];
    const service = spawnNode(this.#hostOf(side), SERVICE, { ports, addresses: [ipv4, ipv6, ...more] });
    this.#services.push(service);
    const [line] = await once(service.stdout ?? expectPipe(), "data");
    if (String(line) !== "serving\n") throw new Error(`the server says ${line}`);
  }

  /** Tries all services of the other side at once; returns those that answered. */
  async answers(
    attempts: readonly Attempt[],
    from: Side = "inside",
    timeoutMs = CONNECT_MS,
  ): Promise<readonly Attempt[]> {
    const hosts = this.#addresses[from === "inside" ? "outside" : "inside"];
    const child = spawnNode(this.#hostOf(from), CLIENT, { attempts, hosts, timeoutMs });
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child, "close");
    return JSON.parse(said) as Attempt[];
  }

  /** Puts the network `FAR` behind the server, which answers packets too big for the way there with ICMP errors. */
  addFarNetwork(): void {
    const [, router, server] = this.#hosts;
    for (const command of [
      "ip link add far0 mtu 1300 type veth peer name far1 mtu 1300",
      "ip link set far0 up && ip link set far1 up",
      "ip address add 10.71.3.1/24 dev far0 && ip -6 address add fd71:3::1/64 dev far0 nodad",
      "echo 1 > /proc/sys/net/ipv4/ip_forward && echo 1 > /proc/sys/net/ipv6/conf/all/forwarding",
    ]) {
      runIn(server, ["sh", "-c", command]);
    }
    runIn(router, ["ip", "route", "add", "10.71.3.0/24", "via", this.#addresses.outside.ipv4]);
    runIn(router, ["ip", "-6", "route", "add", "fd71:3::/64", "via", this.#addresses.outside.ipv6]);
  }

  /** Makes the device send too big datagrams to `FAR`; returns the IP versions for which it received the error. */
  async toldTooBig(transportPort: number): Promise<(4 | 6)[]> {
    const [device] = this.#hosts;
    runIn(device, ["ip", "route", "flush", "cache"]);
    runIn(device, ["ip", "-6", "route", "flush", "cache"]);
    await once(spawnNode(device, TOO_BIG, { ...FAR, port: transportPort }), "close");
    return ([4, 6] as const).filter((version) => {
      const host = version === 4 ? FAR.ipv4 : FAR.ipv6;
      return runIn(device, ["ip", `-${version}`, "route", "get", host]).includes(`mtu ${FAR.mtu}`);
    });
  }

  /** Captures the device's interface into a file, until the returned function is called. */
  async capture(file: string): Promise<() => Promise<void>> {
    const [device] = this.#hosts;
    const [program, ...args] = enter(device, [
      "tcpdump",
      "-Z",
      "root",
      "-U",
      "--immediate-mode",
      "-s",
      String(SNAPLEN),
      "-i",
      "eth0",
      "-w",
      file,
    ]);
    const tcpdump = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    // Read to its end: tcpdump reports that it listens in several writes, and one into a closed pipe would end it.
    let said = "";
    const isListening = new Promise<void>((resolve) => {
      tcpdump.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("listening on")) resolve();
      });
    });
    await Promise.race([isListening, endOf(tcpdump)]);
    if (tcpdump.exitCode !== null) throw new Error(`tcpdump: ${said}`);
    return async () => {
      tcpdump.kill("SIGINT");
      await endOf(tcpdump);
    };
  }

  /** Ends the three hosts. */
  async remove(): Promise<void> {
    for (const service of this.#services) {
      service.kill();
      await endOf(service);
    }
    await endHolders(this.#hosts);
  }

  #hostOf(side: Side): ChildProcess {
    return this.#hosts[side === "inside" ? 0 : 2];
  }

  #cable(router: ChildProcess, name: string, host: ChildProcess, net: string): void {
    runIn(router, [
      "ip",
      "link",
      "add",
      name,
      "type",
      "veth",
      "peer",
      "name",
      "eth0",
      "netns",
      String(host.pid),
    ]);
    const net6 = `fd71:${net.split(".").at(-1)}::`;
    for (const [holder, device, number] of [
      [router, name, 1],
      [host, "eth0", 2],
    ] as const) {
      runIn(holder, ["ip", "address", "add", `${net}.${number}/24`, "dev", device]);
      runIn(holder, ["ip", "-6", "address", "add", `${net6}${number}/64`, "dev", device, "nodad"]);
      runIn(holder, ["ip", "link", "set", device, "up"]);
    }
    runIn(host, ["ip", "route", "add", "default", "via", `${net}.1`]);
    runIn(host, ["ip", "-6", "route", "add", "default", "via", `${net6}1`]);
  }
}

function spawnNode(holder: ChildProcess, script: string, input: unknown): ChildProcess {
  const source = `import net from "node:net"; import dgram from "node:dgram"; const input = ${JSON.stringify(input)}; ${script}`;
  const node = [process.execPath, "--input-type=module", "--eval", source];
  const [program, ...args] = enter(holder, node);
  return spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
}

function expectPipe(): never {
  throw new Error("a child with a pipe has none");
}
