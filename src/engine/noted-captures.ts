/**
 * Captures whose packets are rewritten with notes on their flows, or only those of selected flows. They are read twice:
 * the attribution of a flow is known only when it has ended.
 */
import { InputError } from "../errors.ts";
import { CaptureWriter } from "../packets/files/capture-writer.ts";
import type { FlowReport } from "../reports/flow-report.ts";
import { FlowNotesCollector } from "../reports/flows/flow-notes.ts";
import { NotedRecordsCollector } from "../reports/flows/noted-records.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { TrafficCollector } from "../reports/traffic/traffic-collector.ts";
import { refuseReadOnce, tenanciesOf } from "./device-choice.ts";
import { type CaptureOptions, readSession } from "./read-captures.ts";
import { loadKnowledge } from "./reading-options.ts";
import { summaryStatus } from "./summarize.ts";

/** What to write of captures. */
export interface NotedCaptureOptions extends CaptureOptions {
  /** Selects only flows of devices with this name, address, hardware address or id. */
  readonly device?: string;
  /** The note on a flow; null: not selected. Called for flows of `device`, if one is given. */
  readonly noteOf: (flow: FlowReport) => string | null;
  /** Whether packets of unselected flows, and of no flow, are written too. */
  readonly keepsOthers: boolean;
  /** Whether the first packet of a flow gets the note as its comment. */
  readonly hasComments: boolean;
}

/** What was read and written. */
export interface NotedCapture {
  readonly summary: Summary;
  /** Selected flows. */
  readonly flows: number;
  readonly packets: number;
  /** Flows whose first packet cannot have a comment, as it has no time. */
  readonly withoutComment: number;
}

/**
 * Writes captures as one pcapng, in the order in which a session reads their packets. Writes nothing if nothing could
 * be read or reading was interrupted.
 *
 * @param write receives bytes of the pcapng, borrowed for the call
 * @throws InputError `bad_argument` for a pipe, invalid options, or an unknown device; `cannot_read`
 * if captures change while they are read. Rethrows errors of `write`.
 */
export async function writeNotedCapture(
  captures: readonly string[],
  options: NotedCaptureOptions,
  write: (bytes: Uint8Array) => void,
): Promise<NotedCapture> {
  const { device, noteOf, keepsOthers, hasComments, signal } = options;
  await refuseReadOnce(captures, "this needs two passes");
  const knowledge = loadKnowledge(options);
  const meant = device === undefined ? null : await tenanciesOf(device, captures, options, knowledge);
  const traffic = new TrafficCollector(knowledge.services);
  const notes = new FlowNotesCollector((flow) => {
    if (meant !== null) {
      // Both ends are always requested, so that they are numbered consistently.
      const [first, second] = [flow.tenancyAt(0), flow.tenancyAt(1)];
      if (!meant.has(first) && !meant.has(second)) return null;
    }
    return noteOf(flow.describe());
  });
  const packetsOnly = { ...options, packetsOnlyFor: "copying packets" };
  const session = await readSession(captures, packetsOnly, knowledge, [traffic, notes]);
  const summary = session.report(traffic);
  const found = session.report(notes);
  const flows = found.notes.size;
  if (signal?.aborted || summaryStatus(summary) === 3)
    return { summary, flows, packets: 0, withoutComment: 0 };
  const writer = new CaptureWriter(write);
  const records = new NotedRecordsCollector(found, (block, row, note, isFirst) => {
    writer.describe(block.interfaces);
    if (keepsOthers || note !== null) writer.add(block, row, hasComments && isFirst ? note : null);
  });
  // Evidence is not needed to assign packets to flows.
  const again = await readSession(captures, options, { ...knowledge, rules: null }, [records]);
  const { flows: flowsAgain, records: recordsAgain } = again.report(records);
  if (!signal?.aborted) {
    if (flowsAgain !== found.flows || recordsAgain !== found.records) {
      throw new InputError("cannot_read", "a capture changed while it was being read: nothing was written");
    }
    writer.finish();
  }
  return { summary, flows, packets: writer.packets, withoutComment: writer.lostComments };
}
