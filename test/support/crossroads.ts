/**
 * A host that captures packets several times, as network namespaces: a router with NAT, a bridge with a member, a VLAN trunk
 * and VXLAN over a carrier, a client on all of them, and a server behind the NAT. No packet leaves them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { endHolders, endOf, enter, runIn, startHolder, whyNoHolder } from "./namespace-holder.ts";

/** Frames as on the wire: no merging, no offloading to a nonexistent card. */
const NO_OFFLOADS = ["gro", "gso", "tso", "tx", "rx"].flatMap((feature) => [feature, "off"]);
/** Devices without a cable, which would merge as well. */
const VIRTUAL = ["br0", "vx0"];
const QUIET = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv4/ip_forward";
const PORT = 8443;
/** A capture loses what it has not read when it is told to end. */
const SETTLED_MS = 400;

/** The client's peer on each network. */
export const TARGETS = {
  nat: "10.90.2.2",
  bridge: "10.90.3.1",
  vlan: "10.90.4.1",
  vxlan: "10.90.5.1",
} as const;

const HOST_COMMANDS = [
  "ip link add br0 type bridge && ip link set port0 master br0 && ip link set br0 up",
  "ip address add 10.90.3.1/24 dev br0",
  "ip address add 10.90.1.1/24 dev lan0 && ip address add 10.90.2.1/24 dev wan0",
  "ip link add vx0 type vxlan id 42 local 10.90.1.1 remote 10.90.1.2 dev lan0 dstport 4789",
  "ip link set vx0 up && ip address add 10.90.5.1/24 dev vx0",
  "nft add table ip nat && nft 'add chain ip nat out { type nat hook postrouting priority 100; }'",
  "nft add rule ip nat out oifname wan0 masquerade",
];
const CLIENT_COMMANDS = [
  "ip address add 10.90.1.2/24 dev lan0 && ip route add default via 10.90.1.1",
  "ip address add 10.90.3.2/24 dev port0",
  "ip link add vx0 type vxlan id 42 local 10.90.1.2 remote 10.90.1.1 dev lan0 dstport 4789",
  "ip link set vx0 up && ip address add 10.90.5.2/24 dev vx0",
];

const ADD_VLAN = "ip link add link trunk0 name trunk0.10 type vlan id 10 && ip link set trunk0.10 up";

/** Why the host has no VLAN device, or null if it has. */
export function whyNoVlans(): string | null {
  return whyNoHolder(
    ["ip"],
    ["sh", "-c", "ip link add x type veth && ip link add link x name y type vlan id 10"],
  );
}

/** Why no such host can be made here, or null if it can. */
export function whyNoCrossroads(): string | null {
  return whyNoHolder(
    ["ip", "nft", "tcpdump", "ethtool"],
    ["sh", "-c", "ip link add x type vxlan id 1 dstport 4789 && nft list ruleset"],
  );
}

/** The host, its client and its server. They end with the process that created them. */
export class Crossroads {
  readonly #host: ChildProcess;
  readonly #client: ChildProcess;
  readonly #server: ChildProcess;
  readonly #services: ChildProcess[] = [];

  private constructor(host: ChildProcess, client: ChildProcess, server: ChildProcess) {
    this.#host = host;
    this.#client = client;
    this.#server = server;
  }

  static async make(): Promise<Crossroads> {
    const made = await Promise.all([startHolder(QUIET), startHolder(QUIET), startHolder(QUIET)]);
    const [host, client, server] = made;
    const crossroads = new Crossroads(host, client, server);
    for (const name of ["lan0", "port0", "trunk0"]) crossroads.#cable(name, client);
    crossroads.#cable("wan0", server);
    for (const command of HOST_COMMANDS) runIn(host, ["sh", "-c", command]);
    for (const device of VIRTUAL) runIn(host, ["ethtool", "-K", device, ...NO_OFFLOADS.slice(0, 6)]);
    for (const command of CLIENT_COMMANDS) runIn(client, ["sh", "-c", command]);
    runIn(client, ["ethtool", "-K", "vx0", ...NO_OFFLOADS.slice(0, 6)]);
    if (whyNoVlans() === null) {
      for (const [holder, address] of [
        [host, "10.90.4.1/24"],
        [client, "10.90.4.2/24"],
      ] as const) {
        runIn(holder, ["sh", "-c", `${ADD_VLAN} && ip address add ${address} dev trunk0.10`]);
      }
    }
    runIn(server, ["ip", "address", "add", "10.90.2.2/24", "dev", "wan0"]);
    await Promise.all([host, server].map((holder) => crossroads.#serve(holder)));
    return crossroads;
  }

  /** Returns the command line that runs `command` on the host. */
  within(command: readonly string[]): string[] {
    return enter(this.#host, command);
  }

  /** Captures an interface of the host into a file, until the returned function is called. */
  async capture(device: string, file: string): Promise<() => Promise<void>> {
    const options = ["-Z", "root", "-U", "--immediate-mode", "-n", "-s", "2000"];
    const tcpdump = this.#spawn(this.#host, ["tcpdump", ...options, "-i", device, "-w", file]);
    let said = "";
    const isListening = new Promise<void>((resolve) => {
      tcpdump.stderr?.on("data", (chunk: Buffer) => {
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

  /** Lets the client exchange 30 KB with a service, and waits until captures have them. */
  async talk(target: string): Promise<void> {
    const child = this.#spawn(this.#client, node(CLIENT, target));
    const [status] = await once(child, "close");
    if (status !== 0) throw new Error(`the client ended with ${status}`);
    await setTimeout(SETTLED_MS);
  }

  async remove(): Promise<void> {
    for (const service of this.#services) {
      service.kill();
      await endOf(service);
    }
    await endHolders([this.#host, this.#client, this.#server]);
  }

  #cable(name: string, other: ChildProcess): void {
    const peer = ["peer", "name", name, "netns", String(other.pid)];
    runIn(this.#host, ["ip", "link", "add", name, "type", "veth", ...peer]);
    for (const holder of [this.#host, other]) {
      runIn(holder, ["ethtool", "-K", name, ...NO_OFFLOADS]);
      runIn(holder, ["ip", "link", "set", name, "up"]);
    }
  }

  async #serve(holder: ChildProcess): Promise<void> {
    const service = this.#spawn(holder, node(SERVICE, ""));
    this.#services.push(service);
    const [line] = await once(service.stdout ?? process.stdin, "data");
    if (String(line) !== "serving\n") throw new Error(`the server says ${line}`);
  }

  #spawn(holder: ChildProcess, command: readonly string[]): ChildProcess {
    const [program, ...args] = enter(holder, command);
    return spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  }
}

const SERVICE = `
net.createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(${PORT}, "0.0.0.0", () => console.log("serving"));
`;

const CLIENT = `
const socket = net.connect(${PORT}, target, () => socket.write(Buffer.alloc(30000, 7)));
let received = 0;
socket.on("data", (chunk) => { received += chunk.length; if (received === 30000) socket.end(); });
socket.on("close", () => process.exit(received === 30000 ? 0 : 1));
`;

function node(script: string, target: string): string[] {
  const source = `import net from "node:net"; const target = ${JSON.stringify(target)}; ${script}`;
  return [process.execPath, "--input-type=module", "--eval", source];
}
