/** Changes in a capture's interfaces and processes while it is read, passed from one thread to the other. */
import type { CaptureInterface, PacketBlock } from "../packet-block.ts";
import type { InterfaceChange, SourceUpdate } from "./messages.ts";

/** Values last reported of an interface. */
interface ReportedInterface {
  dropped: number | null;
  standsFor: number | undefined;
}

/** Collects what a reader has added to its block since the last call. */
export class UpdateCollector {
  /** Number of updates so far. */
  count = 0;
  readonly #block: PacketBlock;
  readonly #reported: ReportedInterface[] = [];
  /** Both sides have the first one, which means none. */
  #processes = 1;

  constructor(block: PacketBlock) {
    this.#block = block;
  }

  /** Returns null if nothing is new. */
  collect(): SourceUpdate | null {
    const { interfaces, processes } = this.#block;
    const changed: InterfaceChange[] = [];
    for (const [id, reported] of this.#reported.entries()) {
      const { dropped, standsFor } = interfaces[id];
      if (dropped === reported.dropped && standsFor === reported.standsFor) continue;
      this.#reported[id] = { dropped, standsFor };
      changed.push([id, dropped, standsFor]);
    }
    const first = this.#reported.length;
    const isNew = interfaces.length > first || processes.length > this.#processes;
    if (!isNew && changed.length === 0) return null;
    for (const { dropped, standsFor } of interfaces.slice(first)) this.#reported.push({ dropped, standsFor });
    const update = {
      interfaces: interfaces.slice(first),
      processes: processes.slice(this.#processes),
      changed,
    };
    this.#processes = processes.length;
    this.count++;
    return update;
  }
}

/** Applies an update to the block of the other side, whose interfaces have not counted packets yet. */
export function applyUpdate({ interfaces, processes, changed }: SourceUpdate, block: PacketBlock): void {
  for (const [id, dropped, standsFor] of changed) {
    const entry: CaptureInterface = block.interfaces[id];
    entry.dropped = dropped;
    if (standsFor !== undefined) entry.standsFor = standsFor;
  }
  for (const entry of interfaces) block.interfaces.push({ ...entry, packets: 0 });
  for (const process of processes) block.processes.push(process);
}

/** Counts the records of a block per interface. */
export function countAtInterfaces({ interfaces, interfaceIds, count }: PacketBlock): void {
  if (interfaces.length === 1) interfaces[0].packets += count;
  else for (let i = 0; i < count; i++) interfaces[interfaceIds[i]].packets++;
}
