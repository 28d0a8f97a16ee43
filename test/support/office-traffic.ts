/**
 * The packets of the office fixture as they arrive on an interface, in blocks; from memory, because a test clock does not
 * wait for the disk.
 */
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { type FakeLiveOptions, FakeLiveSource } from "./fake-live-source.ts";
import { type MemoryRecord, memorySource, readRecords } from "./memory-source.ts";

export const OFFICE_FILE = "fixtures/office-morning.pcapng";
/** Named Apple servers, recorded in the lab. */
const NAMES_FILE = "fixtures/lab/apple-names.pcapng";
/** Packets per block. */
export const OFFICE_BLOCK = 60;

/** An interface with the fixture's 595 packets, in blocks of 60. */
export async function officeInterface(options: FakeLiveOptions = {}): Promise<FakeLiveSource> {
  const records = await readRecords(await openCapture(OFFICE_FILE));
  return new FakeLiveSource(memorySource(records, { blockSizes: [OFFICE_BLOCK], timeDigits: 6 }), options);
}

/** An interface with the fixture's packets in blocks of 60, the last of which also have those of `apple-names`. */
export async function namedInterface(options: FakeLiveOptions = {}): Promise<FakeLiveSource> {
  const office = await readRecords(await openCapture(OFFICE_FILE));
  const names = await readRecords(await openCapture(NAMES_FILE));
  const later = timeOf(office.at(-1)) - timeOf(names.at(-1));
  const records = [...office, ...names.map((record) => ({ ...record, time: timeOf(record) + later }))];
  records.sort((a, b) => Number(timeOf(a) - timeOf(b)));
  return new FakeLiveSource(memorySource(records, { blockSizes: [OFFICE_BLOCK], timeDigits: 6 }), options);
}

function timeOf(record: MemoryRecord | undefined): bigint {
  return record?.time ?? 0n;
}
