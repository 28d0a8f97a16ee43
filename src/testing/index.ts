/**
 * `appleflow/testing`: for tests of other projects that produce or process captures: a matcher with the checks of
 * `appleflow check`, and builders of packets, captures, DNS messages and ClientHellos.
 */
export type { Assertion, CheckResult, Deviation, Tolerance } from "../reports/compare/expectation-check.ts";
export type { Expectations, Limit, Limits, ProductExpectation } from "../reports/compare/expectations.ts";
export type { ByteOrder, ByteWriter } from "./builders/byte-writer.ts";
export {
  type PcapBuilder,
  type PcapFileOptions,
  type PcapRecordOptions,
  pcap,
} from "./builders/capture-builder.ts";
export type {
  NflogFields,
  PktapFields,
  PpiFields,
  RadiotapFields,
  WifiFields,
} from "./builders/capture-headers.ts";
export { alpn, buildClientHello, type Extension, serverName, toRecords } from "./builders/client-hello.ts";
export {
  address,
  alias,
  answerTo,
  type BuiltMessage,
  type BuiltName,
  type BuiltQuestion,
  type BuiltRecord,
  buildDns,
  type DnsWriter,
} from "./builders/dns-builder.ts";
export type { NshFields } from "./builders/ethernet-tags.ts";
export type { FragmentFields, GreFields, Ipv4Fields, Ipv6Fields, PptpFields } from "./builders/ip-headers.ts";
export type {
  CookedFields,
  EthernetFields,
  LoopbackFields,
  PppFields,
  PppoeFields,
  VlanFields,
} from "./builders/link-headers.ts";
export { type PacketBuilder, packet } from "./builders/packet-builder.ts";
export type { LayerNumbers, PacketLayer, PseudoHeader } from "./builders/packet-layer.ts";
export {
  type BlockLengths,
  type InterfaceOptions,
  type PacketOptions,
  type PcapngBuilder,
  type PcapngOption,
  pcapng,
  type SectionOptions,
} from "./builders/pcapng-builder.ts";
export type { TcpFields, UdpFields } from "./builders/transport-headers.ts";
export type {
  CapwapFields,
  ErspanFields,
  GeneveFields,
  GtpUFields,
  L2tpFields,
  L2tpv3Fields,
  TeredoFields,
  TzspFields,
  VxlanFields,
  VxlanGpeFields,
} from "./builders/tunnel-headers.ts";
export {
  type CheckTrafficOptions,
  checkTraffic,
  type ExpectedTraffic,
  type MatcherResult,
  type TrafficMatchers,
  trafficMatchers,
} from "./traffic-matchers.ts";
