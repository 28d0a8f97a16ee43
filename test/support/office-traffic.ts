/** The packets of the office fixture as they come in on an interface, some at a time; from memory, since a clock of the
 * test's waits for no disk. */
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { type FakeLiveOptions, FakeLiveSource } from "./fake-live-source.ts";
import { memorySource, readRecords } from "./memory-source.ts";

export const OFFICE_FILE = "fixtures/office-morning.pcapng";
/** Packets of a block. */
export const OFFICE_BLOCK = 60;

/** An interface with the fixture's 595 packets, in blocks of 60. */
export async function officeInterface(options: FakeLiveOptions = {}): Promise<FakeLiveSource> {
  const records = await readRecords(await openCapture(OFFICE_FILE));
  return new FakeLiveSource(memorySource(records, { blockSizes: [OFFICE_BLOCK], timeDigits: 6 }), options);
}
