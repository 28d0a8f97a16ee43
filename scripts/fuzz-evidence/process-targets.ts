/** The readers of processes that a capture names: PKTAP headers, blocks and options of a pcapng, comments. */

import { DecodedPacket } from "../../src/packets/decode/decoded-packet.ts";
import { decodePktapOrPrivate } from "../../src/packets/decode/pktap.ts";
import { readComment } from "../../src/packets/files/comment-process.ts";
import { PcapngParser } from "../../src/packets/files/pcapng-format.ts";
import { PacketBlock } from "../../src/packets/packet-block.ts";
import { type ByteOrder, ByteWriter } from "../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { wiresharkProcess } from "../../test/support/wireshark-process.ts";
import { macCaptures } from "../fixtures/mac-captures.ts";
import { processCaptures } from "../fixtures/process-captures.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

const effective = { command: "nsurlsessiond", effectivePid: 712, effectiveCommand: "Podcasts" };
const comments = [
  "proc nsurlsessiond:301, svc BE, re, st, lp, wk, ulpn, unsent 12, out, flowid 0x1f, ttag 0x1, cmpgc 0x2",
  "proc Google Chrome He:99, in, so, ttag 7",
  "PID: 301, ProcName: nsurlsessiond, EPID: 712, EProcName: Podcasts, SVC: 0",
];

/** A process in a custom block of Wireshark's, and a packet of it. */
function wiresharkCapture(byteOrder: ByteOrder): Uint8Array {
  const bytes = new ByteWriter(byteOrder).uint32(301).uint32(5).toBytes();
  const file = pcapng()
    .section({ byteOrder })
    .interface()
    .raw(wiresharkProcess(byteOrder, 301, "nsurlsessiond"));
  return file.packet(new Uint8Array(60), { options: [{ code: 8, bytes }] }).build();
}

/** One target for each of them. */
export const PROCESS_TARGETS: readonly FuzzTarget[] = [
  {
    name: "pktap-header",
    samples: [
      packet().pktap(effective).ethernet().ipv4().udp().build(),
      packet().pktap({ byteOrder: "big" }).ipv6().udp().build(),
      packet().pktapV2(effective).ethernet().ipv4().udp().build(),
    ],
    run: (bytes, offset, end) => {
      const out = new DecodedPacket();
      const weird = decodePktapOrPrivate(bytes, offset, end, out);
      const { processOffset, processLength, direction, serviceClass } = out;
      return [
        weird,
        direction,
        serviceClass,
        Buffer.from(bytes.subarray(processOffset, processOffset + processLength)).toString("hex"),
      ];
    },
  },
  {
    name: "pcapng-processes",
    samples: [
      ...[...processCaptures(), ...macCaptures()]
        .filter(({ name }) => name.endsWith(".pcapng"))
        .map(({ bytes }) => bytes),
      ...(["little", "big"] as const).map(wiresharkCapture),
    ],
    run: (bytes, offset, end) => {
      const block = new PacketBlock();
      const parser = new PcapngParser("mutant");
      const consumed = parser.parse(bytes, offset, end, block);
      const ids = [...block.hostMarks.subarray(0, block.count)];
      return [consumed, parser.error?.message, block.processes, ids, block.processesForgotten];
    },
  },
  {
    name: "comment-process",
    samples: comments.map((text) => new Uint8Array(Buffer.from(text))),
    run: (bytes, offset, end) => readComment(bytes, offset, end - offset),
  },
];
