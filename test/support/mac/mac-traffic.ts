/** Traffic of a simulated Mac: from one process to one server. */
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import type { MacPacket } from "./simulated-mac.ts";

/** The Mac's address, and its address in the tunnel. */
const OWN = "192.168.1.23";
const IN_TUNNEL = "10.8.0.2";
const SERVER = "203.0.113.9";

interface Talk {
  readonly iface?: string;
  readonly transport?: "tcp" | "udp";
  readonly port?: number;
  readonly ownPort?: number;
  readonly process?: Omit<MacPacket, "iface" | "frame" | "direction" | "transport">;
}

/** A packet to a server, and its answer. */
export function talk({
  iface = "en0",
  transport = "tcp",
  port = 443,
  ownPort = 50_000,
  process = {},
}: Talk = {}): MacPacket[] {
  const isTunnel = iface.startsWith("utun");
  const frame = (direction: "in" | "out") => {
    const [source, destination] = [isTunnel ? IN_TUNNEL : OWN, SERVER];
    const ends = direction === "out" ? [source, destination] : [destination, source];
    const ports: [number, number] = direction === "out" ? [ownPort, port] : [port, ownPort];
    const link = isTunnel ? packet().loopback() : packet().ethernet();
    const ip = link.ipv4({ source: ends[0], destination: ends[1] });
    const fields = { sourcePort: ports[0], destinationPort: ports[1] };
    return (transport === "tcp" ? ip.tcp(fields) : ip.udp(fields)).payload(Uint8Array.of(1, 2, 3)).build();
  };
  return (["out", "in"] as const).map((direction) => ({
    iface,
    frame: frame(direction),
    direction,
    transport,
    ...process,
  }));
}
