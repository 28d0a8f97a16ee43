/**
 * nfdump's JSON (`-o json`, versions 1.6 and 1.7): records of NetFlow, IPFIX and sFlow collected by nfcapd and sfcapd,
 * mostly unidirectional, without names. Times are in nfdump's local time zone, which they do not state.
 */
import type { RecordedEnd } from "../flows/flow-record.ts";
import { Transport } from "../flows/flow-view.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from "../net/tcp-flags.ts";
import type { LogEntry } from "./log-entry.ts";
import { ipProtocolOf } from "./log-protocols.ts";
import type { LogRow } from "./log-row.ts";

/** Letters of `tcp_flags`, such as "...AP.SF". */
const FLAGS: Readonly<Record<string, number>> = {
  A: TCP_ACK,
  P: TCP_PSH,
  R: TCP_RST,
  S: TCP_SYN,
  F: TCP_FIN,
};

/** Returns the entry of a record; null for none, as for firewall events. Problems are recorded in the row. */
export function nfdumpEntry(row: LogRow): LogEntry | null {
  if (row.text("type") !== "FLOW") return null;
  // Named differently up to version 1.6.
  const start = row.moment(row.has("first") ? "first" : "t_first");
  const end = row.moment(row.has("last") ? "last" : "t_last");
  const ipProtocol = ipProtocolOf(row.text("proto") ?? "");
  if (ipProtocol === null) {
    row.fail("proto is not an IP protocol");
    return null;
  }
  const sent = { packets: row.count("in_packets"), bytes: row.count("in_bytes") };
  const received = { packets: row.count("out_packets"), bytes: row.count("out_bytes") };
  const packets = sent.packets + received.packets;
  if (packets === 0) return null;
  if (ipProtocol !== IpProtocol.TCP && ipProtocol !== IpProtocol.UDP) {
    return {
      kind: "portless",
      time: end,
      ipProtocol,
      packets,
      bytes: sent.bytes + received.bytes,
      start,
      end,
    };
  }
  const version = row.has("src4_addr") ? 4 : 6;
  const endOf = (side: "src" | "dst", counted: typeof sent, tcpFlags: number): RecordedEnd => ({
    address: row.address(`${side}${version}_addr`),
    port: row.port(`${side}_port`),
    ...counted,
    tcpFlags,
  });
  return {
    kind: "flow",
    time: end,
    id: null,
    protocol: null,
    record: {
      transport: ipProtocol === IpProtocol.UDP ? Transport.UDP : Transport.TCP,
      originator: endOf("src", sent, flagsOf(row)),
      responder: endOf("dst", received, 0),
      start,
      end,
      isConnection: false,
    },
  };
}

function flagsOf(row: LogRow): number {
  let flags = 0;
  for (const letter of (row.text("tcp_flags") ?? "").slice(0, 8)) {
    if (Object.hasOwn(FLAGS, letter)) flags |= FLAGS[letter];
  }
  return flags;
}
