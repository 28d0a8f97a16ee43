/** Endless traffic on a test clock: the office fixture repeatedly, and clients that come and go. */
import type { PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { sent } from "./device-network.ts";
import { type MemoryRecord, memorySource } from "./memory-source.ts";

/** Packets of the fixture in each step. */
const OF_FIXTURE = 20;
/** Clients, and the names they query in rotation. */
const CLIENTS = 200;
const NAMES = 400;
const PORTS = 10_000;
const ROUTER = { ip: "17.57.144.10", mac: "02:00:00:00:ff:01" };

/** A block for each step, with its packets at the time that `timeOf` returns, in nanoseconds since 1970. */
export function endlessTraffic(
  fixture: readonly MemoryRecord[],
  timeOf: (step: number) => bigint,
): PacketSource {
  const first = memorySource([...fixture.slice(0, 1)]);
  return { ...first, blocks: () => steps(fixture, timeOf) };
}

async function* steps(
  fixture: readonly MemoryRecord[],
  timeOf: (step: number) => bigint,
): AsyncGenerator<PacketBlock> {
  for (let step = 0; ; step++) {
    const begin = (step * OF_FIXTURE) % fixture.length;
    const records = [...fixture.slice(begin, begin + OF_FIXTURE), ...visit(step)];
    const time = timeOf(step);
    yield* memorySource(records.map((record) => ({ ...record, time }))).blocks();
  }
}

/** A client that sends a server name to one of Apple's servers. */
function visit(step: number): MemoryRecord[] {
  const client = step % CLIENTS;
  const device = {
    ip: `10.0.0.${client + 10}`,
    mac: `02:00:00:00:01:${client.toString(16).padStart(2, "0")}`,
  };
  const ports = [50_000 + (step % PORTS), 443] as const;
  const hello = toRecords(buildClientHello(serverName(Buffer.from(`host-${step % NAMES}.icloud.com`))));
  return [sent(device, ROUTER, { ports }), sent(device, ROUTER, { ports, data: hello })];
}
