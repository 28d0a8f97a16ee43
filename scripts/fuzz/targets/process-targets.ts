/** The readers of process names of packets: PKTAP headers and comments. */

import { DecodedPacket } from "../../../src/packets/decode/decoded-packet.ts";
import { decodePktapOrPrivate } from "../../../src/packets/decode/pktap.ts";
import { readComment } from "../../../src/packets/files/comment-process.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { byteTargets } from "../fuzz-target.ts";

const effective = { command: "nsurlsessiond", effectivePid: 712, effectiveCommand: "Podcasts" };
const comments = [
  "proc nsurlsessiond:301, svc BE, re, st, lp, wk, ulpn, unsent 12, out, flowid 0x1f, ttag 0x1, cmpgc 0x2",
  "proc Google Chrome He:99, in, so, ttag 7",
  "PID: 301, ProcName: nsurlsessiond, EPID: 712, EProcName: Podcasts, SVC: 0",
];

/** One target for each of them. */
export const PROCESS_TARGETS = byteTargets([
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
    name: "comment-process",
    samples: comments.map((text) => new Uint8Array(Buffer.from(text))),
    run: (bytes, offset, end) => readComment(bytes, offset, end - offset),
  },
]);
