/** Processes live packets before they are counted: limits, saves, and holds them back while live flows are searched. */
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { ReadingGate } from "./reading-gate.ts";
import type { BlockPass } from "./session.ts";

/** Receives the packets that count. */
export interface PacketSink {
  /** Receives the packets of a block (borrowed for the call). Throws if it cannot store them. */
  write(source: PacketSource, block: PacketBlock): void;
  /** Called at the end of every interval. */
  flush(): void;
}

export interface LivePassOptions {
  /** Maximum number of packets, from all sources together. */
  readonly maxPackets: number;
  readonly sink: PacketSink | null;
  /** Gate at which packets wait. */
  readonly gate: ReadingGate;
  /** Called when `maxPackets` have arrived. */
  readonly onSpent: () => void;
}

/** One pass for all sources of a session. */
export function livePass({ maxPackets, sink, gate, onSpent }: LivePassOptions): BlockPass {
  let packetsLeft = maxPackets;
  return async (source, block) => {
    if (block.count > packetsLeft) block.count = packetsLeft;
    if (block.count > 0) {
      packetsLeft -= block.count;
      sink?.write(source, block);
      if (gate.isClosed) await gate.pass();
    }
    if (packetsLeft > 0) return true;
    onSpent();
    return false;
  };
}
