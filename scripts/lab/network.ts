/** The lab's network: client and server on one cable, or with a router in between. Everything ends with the runner. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readChildren } from "./child-processes.ts";
import { execOn, startOn } from "./host-process.ts";
import type { LabHost } from "./lab.ts";
import { linkLocalOf } from "./link-local.ts";

/** The hosts of one session, and a function that ends them with all their processes. */
export interface LabNetwork {
  readonly client: LabHost;
  readonly server: LabHost;
  readonly router: LabHost | null;
  /** Ends every process of the hosts, and the hosts. Never throws. */
  remove(): Promise<void>;
}

interface Interface {
  readonly device: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
}

const DIRECT = {
  client: { device: "eth0", ipv4: "10.77.0.1", ipv6: "fd77::1", mac: "02:00:00:77:00:01" },
  server: { device: "eth0", ipv4: "10.77.0.2", ipv6: "fd77::2", mac: "02:00:00:77:00:02" },
} as const;
const ROUTED = {
  client: { device: "eth0", ipv4: "10.77.1.1", ipv6: "fd77:1::1", mac: "02:00:00:77:01:01" },
  clientSide: { device: "eth0", ipv4: "10.77.1.254", ipv6: "fd77:1::fe", mac: "02:00:00:77:01:fe" },
  serverSide: { device: "eth1", ipv4: "10.77.2.254", ipv6: "fd77:2::fe", mac: "02:00:00:77:02:fe" },
  server: { device: "eth0", ipv4: "10.77.2.2", ipv6: "fd77:2::2", mac: "02:00:00:77:02:02" },
} as const;

/** Files of /proc/net that list listening sockets, and the state of such sockets (TCP_LISTEN; UDP_CLOSE is a bound socket). */
const LISTENING = {
  tcp: { files: ["tcp", "tcp6"], state: "0A" },
  udp: { files: ["udp", "udp6"], state: "07" },
};
const WAIT_TIMEOUT_MS = 10_000;
const POLL_MS = 30;
/** Until the kernel's packets after an interface comes up (multicast listener reports) have been sent. */
const SETTLE_MS = 100;
const SETTLE_TRIES = 200;

/** Makes the hosts, and cables that carry frames like a wire: none merged or incomplete. */
export async function makeNetwork(withRouter: boolean): Promise<LabNetwork> {
  const holders: ChildProcess[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(
      holders.map(async (holder) => {
        const ended = holder.exitCode === null ? once(holder, "exit") : Promise.resolve();
        holder.stdin?.destroy();
        await Promise.race([ended, pause(2_000)]);
        holder.kill("SIGKILL");
      }),
    );
  };
  const ends = withRouter ? ROUTED : DIRECT;
  const names = [`${ends.client.ipv4} labclient`, `${ends.client.ipv6} labclient`];
  names.push(`${ends.server.ipv4} labserver`, `${ends.server.ipv6} labserver`);
  const make = async (name: LabHost["name"], own: Interface): Promise<LabHost & Held> => {
    const holder = await startHolder(`lab${name}`, names, holders);
    return describeHost(name, own, holder);
  };
  try {
    const client = await make("client", ends.client);
    const server = await make("server", ends.server);
    if (!withRouter) {
      await connect(client, DIRECT.client, server, DIRECT.server);
      await settle(client, server);
      return { client, server, router: null, remove };
    }
    const router = await make("router", ROUTED.clientSide);
    await connect(client, ROUTED.client, router, ROUTED.clientSide);
    await connect(server, ROUTED.server, router, ROUTED.serverSide);
    await router.exec(["sysctl", "-q", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]);
    for (const [host, gateway] of [
      [client, ROUTED.clientSide],
      [server, ROUTED.serverSide],
    ] as const) {
      await host.exec(["ip", "route", "add", "default", "via", gateway.ipv4]);
      await host.exec(["ip", "-6", "route", "add", "default", "via", gateway.ipv6]);
    }
    await settle(client, server, router);
    return { client, server, router, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The process that holds the host's namespaces. */
interface Held {
  readonly holder: number;
}

/** The host lives as long as its standard input is open, so it ends with this process in any case. */
async function startHolder(name: string, hosts: readonly string[], holders: ChildProcess[]): Promise<number> {
  const setup = fileURLToPath(new URL("host-setup.sh", import.meta.url));
  const namespaces = ["--net", "--uts", "--ipc", "--mount", "--pid", "--mount-proc"];
  const unshare = spawn("unshare", [...namespaces, "--fork", "--kill-child", "sh", setup, name, ...hosts], {
    stdio: "pipe",
  });
  holders.push(unshare);
  let output = "";
  for (const stream of [unshare.stdout, unshare.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  while (!output.includes("ready\n")) {
    if (unshare.exitCode !== null) throw new Error(`cannot make host ${name}: ${output}`);
    await pause(5);
  }
  return readChildren(unshare.pid)[0];
}

function describeHost(name: LabHost["name"], own: Interface, holder: number): LabHost & Held {
  const host: LabHost & Held = {
    name,
    ipv4: own.ipv4,
    ipv6: own.ipv6,
    linkLocal: linkLocalOf(own.mac),
    mac: own.mac,
    holder,
    exec: (command, options) => execOn(holder, command, options),
    start: (command, options) => startOn(holder, command, options),
    async waitForPort(transport, port, timeoutMs = WAIT_TIMEOUT_MS) {
      const { files, state } = LISTENING[transport];
      const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
      const line = new RegExp(`^ *\\d+: [0-9A-F]+:${hexadecimal} [0-9A-F]+:[0-9A-F]{4} ${state} `, "m");
      const deadline = performance.now() + timeoutMs;
      while (!line.test(await host.exec(["cat", ...files.map((file) => `/proc/net/${file}`)]))) {
        if (performance.now() > deadline) {
          throw new Error(`nothing listens on ${port}/${transport} of the ${name} after ${timeoutMs} ms`);
        }
        await pause(POLL_MS);
      }
    },
  };
  return host;
}

/** A veth pair between two hosts, up and with its addresses. */
async function connect(
  one: LabHost & Held,
  own: Interface,
  other: LabHost & Held,
  its: Interface,
): Promise<void> {
  await connectNamespaces(one.holder, own.device, other.holder, its.device);
  for (const [host, { device, ipv4, ipv6, mac }] of [
    [one, own],
    [other, its],
  ] as const) {
    await host.exec(["ip", "link", "set", device, "address", mac]);
    await host.exec([
      "ethtool",
      "-K",
      device,
      "gro",
      "off",
      "gso",
      "off",
      "tso",
      "off",
      "tx",
      "off",
      "rx",
      "off",
    ]);
    await host.exec(["ip", "address", "add", `${ipv4}/24`, "brd", "+", "dev", device]);
    await host.exec(["ip", "address", "add", `${ipv6}/64`, "nodad", "dev", device]);
    await host.exec(["ip", "link", "set", device, "up"]);
  }
}

/** Waits until all interfaces can send: the kernel takes up to a second, during which IPv6 is not answered. */
async function settle(...hosts: readonly LabHost[]): Promise<void> {
  for (const host of hosts) {
    const count = host.name === "router" ? 2 : 1;
    for (let tries = 0; ; tries++) {
      const ready = await host.exec(["ip", "-o", "-6", "address", "show", "scope", "link", "-tentative"]);
      if (ready.split("\n").length > count) break;
      if (tries === SETTLE_TRIES) throw new Error(`the ${host.name} has no address fe80:: yet`);
      await pause(POLL_MS);
    }
  }
  await pause(SETTLE_MS);
}

/** Enters only the network namespace, so that the machine's process ids stay meaningful. */
async function connectNamespaces(
  one: number,
  device: string,
  other: number,
  itsDevice: string,
): Promise<void> {
  const add = [
    "ip",
    "link",
    "add",
    device,
    "type",
    "veth",
    "peer",
    "name",
    itsDevice,
    "netns",
    String(other),
  ];
  const child = spawn("nsenter", ["-t", String(one), "-n", "--", ...add], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`cannot connect two hosts: ${errors}`);
}
