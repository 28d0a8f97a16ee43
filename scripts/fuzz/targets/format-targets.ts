/** The formats of capture files: bytes to records, live streams, decompression, and the refusal of other files. */

import { InputError } from "../../../src/errors.ts";
import type { ByteSource } from "../../../src/packets/files/byte-source.ts";
import { decompressorOf } from "../../../src/packets/files/compression.ts";
import {
  isPcap,
  PCAP_HEADER_LENGTH,
  PcapParser,
  readPcapHeader,
} from "../../../src/packets/files/pcap-format.ts";
import { PcapngParser } from "../../../src/packets/files/pcapng-format.ts";
import type { RecordParser } from "../../../src/packets/files/record-parser.ts";
import { unreadFormatError } from "../../../src/packets/files/unread-formats.ts";
import { LiveParser } from "../../../src/packets/live/live-parser.ts";
import { PacketBlock } from "../../../src/packets/packet-block.ts";
import { type ByteOrder, ByteWriter } from "../../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { wiresharkProcess } from "../../../test/support/wireshark-process.ts";
import { captureSamples } from "../capture-samples.ts";
import { byteTargets, type FuzzTarget } from "../fuzz-target.ts";
import { BYTE_MUTATIONS } from "../mutations/byte-mutations.ts";
import { COMPRESSION_MUTATIONS } from "../mutations/compression-mutations.ts";
import { STRUCTURE_MUTATIONS } from "../mutations/structure-mutations.ts";
import { orRefusal } from "../refusal.ts";

const samples = captureSamples().map(({ bytes }) => bytes);
const isCompressed = (bytes: Uint8Array) => decompressorOf(bytes) !== null;
const classic = samples.filter(isPcap);
const others = samples.filter((bytes) => !isPcap(bytes) && !isCompressed(bytes));
const mutations = [...STRUCTURE_MUTATIONS, ...STRUCTURE_MUTATIONS, ...BYTE_MUTATIONS];

/** Beginnings of recognised files, for which a command is suggested. */
const OTHER_FILES = [
  "\x1f\x8b\x08\x00",
  "BZh91AY&SY",
  "\xfd7zXZ\x00",
  "PK\x03\x04",
  "snoop\x00\x00\x00\x00\x00\x00\x02",
  "RTSS",
  "XCP\x00",
  "TRSNIFF data    \x1a",
  "GMBU",
  '{"a":1}',
  "<?xml version",
  "%PDF-1.4",
  "\x7fELF\x02\x01\x01",
].map((text) => new Uint8Array(Buffer.from(text, "latin1")));

/** A process in a custom block of Wireshark's, and a packet of it. */
function wiresharkCapture(byteOrder: ByteOrder): Uint8Array {
  const bytes = new ByteWriter(byteOrder).uint32(301).uint32(5).toBytes();
  const file = pcapng()
    .section({ byteOrder })
    .interface()
    .raw(wiresharkProcess(byteOrder, 301, "nsurlsessiond"));
  return file.packet(new Uint8Array(60), { options: [{ code: 8, bytes }] }).build();
}

/** Decompression is stopped after this much output. */
const MOST_OUTPUT = 32 << 20;

/** One target for each. */
export const FORMAT_TARGETS: readonly FuzzTarget[] = [
  ...byteTargets([
    {
      name: "pcap-format",
      weight: 2,
      samples: classic,
      mutations,
      run: (bytes, offset, end) => {
        const first = bytes.subarray(offset, end);
        if (!isPcap(first)) return null;
        return orRefusal(() => {
          const parser = new PcapParser(readPcapHeader(first, "mutant"), "mutant");
          return recordsOf(parser, bytes, offset + PCAP_HEADER_LENGTH, end);
        });
      },
    },
    {
      name: "pcapng-format",
      weight: 2,
      samples: [...others, wiresharkCapture("little"), wiresharkCapture("big")],
      mutations,
      run: (...view) => recordsOf(new PcapngParser("mutant"), ...view),
    },
    {
      name: "live-stream",
      samples: samples.filter((bytes) => !isCompressed(bytes)),
      mutations,
      weight: 2,
      // A header of an unknown version is refused earlier, when the stream is opened.
      run: (...view) => orRefusal(() => recordsOf(new LiveParser("eth0", "tcpdump"), ...view)),
    },
    {
      name: "other-files",
      samples: [...OTHER_FILES, ...others],
      run: (bytes, offset, end) => unreadFormatError(bytes.subarray(offset, end), "mutant").message,
    },
  ]),
  {
    name: "decompression",
    samples: samples.filter(isCompressed),
    mutations: [...COMPRESSION_MUTATIONS, ...COMPRESSION_MUTATIONS, ...BYTE_MUTATIONS],
    isText: false,
    // A window may have 128 MiB, which Node from 22 on allocates.
    budget: { cpuMs: 500, memoryBytes: 200 << 20 },
    batch: 1,
    weight: 2,
    examine: async ([input]) => {
      const decompress = decompressorOf(input);
      if (decompress === null) return null;
      let length = 0;
      try {
        for await (const piece of decompress(sourceOf(input))) {
          length += piece.length;
          if (length > MOST_OUTPUT) break;
        }
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
      return null;
    },
  },
];

/** Everything that a parser makes of a complete capture. */
function recordsOf(parser: RecordParser, bytes: Uint8Array, offset: number, end: number): unknown {
  const block = new PacketBlock();
  const records: unknown[] = [];
  let cursor = offset;
  for (;;) {
    block.count = 0;
    const consumed = parser.parse(bytes, cursor, end, block);
    const { count, offsets, capturedLengths, seconds, nanoseconds, interfaceIds, hostMarks } = block;
    for (let row = 0; row < count; row++) {
      const [start, length] = [offsets[row], capturedLengths[row]];
      if (start < offset || start + length > end) throw new Error(`record ${records.length} lies outside`);
      records.push([
        start - offset,
        length,
        seconds[row],
        nanoseconds[row],
        interfaceIds[row],
        hostMarks[row],
      ]);
    }
    cursor += consumed;
    if (parser.error !== null || cursor >= end || (consumed === 0 && count === 0)) break;
  }
  const error = parser.error ?? parser.finish(bytes, Math.min(cursor, end), end, Math.max(0, cursor - end));
  const { interfaces, processes, processesForgotten, impossibleTimes, implausibleLengths } = block;
  return [
    records,
    error?.message,
    interfaces,
    processes,
    processesForgotten,
    impossibleTimes,
    implausibleLengths,
  ];
}

function sourceOf(input: Uint8Array): ByteSource {
  let bytesRead = 0;
  return {
    name: "mutant",
    totalBytes: input.length,
    get bytesRead() {
      return bytesRead;
    },
    read: (into, offset, length) => {
      const piece = input.subarray(bytesRead, bytesRead + length);
      into.set(piece, offset);
      bytesRead += piece.length;
      return piece.length;
    },
    close: async () => {},
  };
}
