/** A live source on its way to the analysis: filtered, counted against a limit, saved. */
import type { LiveSource } from "../packets/live/live-source.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { ReadingGate } from "./reading-gate.ts";

/** Receives the packets that count. */
export interface PacketSink {
  /** Takes the packets of a block (borrowed for the call). Throws where it cannot keep them. */
  write(source: PacketSource, block: PacketBlock): void;
  /** Called at the end of every interval. */
  flush(): void;
}

/** How many packets may still come, from all sources together. */
export interface PacketBudget {
  packetsLeft: number;
}

/** What happens to the packets of a source before they count. */
export interface Watch {
  /** Takes packets out of a block, or null. */
  readonly select: ((block: PacketBlock) => void) | null;
  readonly budget: PacketBudget;
  readonly sink: PacketSink | null;
  /** Packets wait before it. */
  readonly gate: ReadingGate;
  /** Called when the budget is used up. */
  readonly onSpent: () => void;
}

/** The source with only the packets that count; saves each of them before it hands it over. */
export function watchSource(source: LiveSource, watch: Watch): PacketSource {
  return {
    name: source.name,
    format: source.format,
    totalBytes: source.totalBytes,
    interfaces: source.interfaces,
    get error() {
      return source.error;
    },
    get bytesRead() {
      return source.bytesRead;
    },
    blocks: () => watchedBlocks(source, watch),
  };
}

async function* watchedBlocks(source: LiveSource, watch: Watch): AsyncGenerator<PacketBlock> {
  const { select, budget, sink, gate, onSpent } = watch;
  for await (const block of source.blocks()) {
    select?.(block);
    if (block.count > budget.packetsLeft) block.count = budget.packetsLeft;
    if (block.count > 0) {
      budget.packetsLeft -= block.count;
      sink?.write(source, block);
      if (gate.isClosed) await gate.pass();
      yield block;
    }
    if (budget.packetsLeft <= 0) {
      onSpent();
      return;
    }
  }
}
