/** Writes an office capture: conversations begin at random, overlap, and stop when the capture is full. */

import type { CaptureTotals } from "../capture-file.ts";
import { CaptureWriter } from "../capture-writer.ts";
import { Random } from "../random.ts";
import { ConversationQueue } from "./conversation-queue.ts";
import { type FlowName, LONGEST_FRAME, type Packet, writeFrame } from "./frames.ts";
import { HelloShelf } from "./hellos.ts";
import type { Hosts } from "./hosts.ts";
import { bulk, dhcp, mdns, ntp } from "./local-traffic.ts";
import { LookupShelf } from "./lookups.ts";
import { Office } from "./office.ts";
import { CONVERSATIONS, drawKind } from "./shares.ts";
import { type Shelves, visit } from "./visits.ts";

/** Equal profiles give the same bytes. */
export interface OfficeProfile {
  readonly name: string;
  readonly packets: number;
  readonly seed: number;
  /** Conversations that begin per second, on average. */
  readonly conversationsPerSecond: number;
}

/** The content of an office capture. */
export interface OfficeTotals extends CaptureTotals {
  /** Flows whose client message with the name is completely captured. */
  readonly named: Readonly<Record<FlowName["protocol"], number>>;
  /** Number of these flows by name. */
  readonly names: Readonly<Record<string, number>>;
}

/** Writes the capture; the file appears at `path` only when it is complete. */
export function writeOffice(path: string, profile: OfficeProfile, hosts: Hosts): OfficeTotals {
  const random = new Random(profile.seed);
  const office = new Office(hosts, random);
  const shelves: Shelves = { hellos: new HelloShelf(), lookups: new LookupShelf() };
  const queue = new ConversationQueue();
  const totals = new Totals();
  const writer = new CaptureWriter(path, LONGEST_FRAME);
  try {
    const meanPause = 1e6 / profile.conversationsPerSecond;
    let start = 0;
    while (totals.packets < profile.packets) {
      while (start <= queue.nextTime) {
        queue.add(begin(office, shelves, start));
        start += Math.ceil(-Math.log(1 - random.fraction()) * meanPause);
      }
      const packet = queue.take();
      const length = writeFrame(writer.block, writer.next(), packet);
      writer.add(packet.microseconds, length);
      totals.add(packet, length);
    }
    writer.finish();
    return totals.result();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

function begin(office: Office, shelves: Shelves, start: number): Generator<Packet> {
  switch (drawKind(CONVERSATIONS, office.random)) {
    case "visit":
      return visit(office, shelves, start);
    case "mdns":
      return mdns(office, start);
    case "dhcp":
      return dhcp(office, start);
    case "ntp":
      return ntp(office, start);
    case "bulk":
      return bulk(office, start);
  }
}

class Totals {
  packets = 0;
  #bytes = 0;
  #flows = 0;
  readonly #named = { tls: 0, quic: 0, http: 0 };
  readonly #names = new Map<string, number>();

  add({ opensFlow, named }: Packet, length: number): void {
    this.packets++;
    this.#bytes += length;
    if (opensFlow) this.#flows++;
    if (named === null) return;
    this.#named[named.protocol]++;
    this.#names.set(named.name, (this.#names.get(named.name) ?? 0) + 1);
  }

  result(): OfficeTotals {
    const names = Object.fromEntries([...this.#names].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { packets: this.packets, bytes: this.#bytes, flows: this.#flows, named: this.#named, names };
  }
}
