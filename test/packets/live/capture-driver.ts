/** Runs on a test's host and captures there on request of its parent; `capture-host.ts` defines the messages. */
import { setTimeout as pause } from "node:timers/promises";
import { readChildren } from "../../../scripts/lab/child-processes.ts";
import { InputError } from "../../../src/errors.ts";
import type { LiveEvent, LiveSource } from "../../../src/packets/live/live-source.ts";
import { openLive } from "../../../src/packets/live/open-live.ts";
import type { PacketBlock } from "../../../src/packets/packet-block.ts";
import { rowsOf } from "../files/collect-records.ts";
import type { CaptureOrder, CaptureOutcome, DriverCommand, DriverMessage } from "./capture-host.ts";

/** tsx has a process of its own, which exists from the start. */
const own = readChildren(process.pid);
let source: LiveSource | null = null;

function tell(message: DriverMessage): void {
  process.send?.(message);
}

function childrenNow(): number[] {
  return readChildren(process.pid).filter((pid) => !own.includes(pid));
}

function describe(error: InputError): { code: string; message: string } {
  return { code: error.code, message: error.message };
}

async function capture(order: CaptureOrder): Promise<CaptureOutcome> {
  const { interfaceName, backend, env, readAfterMs, leaveAfter, ...options } = order;
  const events: LiveEvent[] = [];
  const onEvent = (event: LiveEvent) => {
    events.push(event);
    tell({ kind: "event", event });
  };
  const nothing = { blockCounts: [], isOneBlock: true, handedOverAt: [], events };
  try {
    source = await openLive(interfaceName, backend, { ...options, env: { ...process.env, ...env }, onEvent });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const none = { backend: null, collected: null, error: null, counters: null };
    return { ...nothing, ...none, refusal: describe(error), childrenLeft: childrenNow().length };
  }
  tell({ kind: "open" });
  if (readAfterMs !== undefined) await pause(readAfterMs);
  const records: ReturnType<typeof rowsOf> = [];
  const blockCounts: number[] = [];
  const handedOverAt: number[] = [];
  const seen = new Set<PacketBlock>();
  for await (const block of source.blocks()) {
    seen.add(block);
    blockCounts.push(block.count);
    records.push(...rowsOf(block));
    handedOverAt.push(...Array.from({ length: block.count }, () => Date.now()));
    tell({ kind: "packets", count: records.length });
    if (leaveAfter !== undefined && records.length >= leaveAfter) break;
  }
  return {
    refusal: null,
    backend: source.backend,
    collected: { records, interfaces: source.interfaces },
    error: source.error === null ? null : describe(source.error),
    counters: source.counters(),
    events,
    blockCounts,
    isOneBlock: seen.size <= 1,
    handedOverAt,
    childrenLeft: childrenNow().length,
  };
}

process.on("message", async (command: DriverCommand) => {
  if (command.kind === "stop") await source?.stop();
  else if (command.kind === "children") tell({ kind: "children", pids: childrenNow() });
  else tell({ kind: "outcome", outcome: await capture(command.order) });
});
tell({ kind: "ready" });
