/**
 * Examines the payload of flows while a capture is read: the names in their first bytes, addresses in DNS, mDNS and DHCP
 * messages, and the processes that a capture records. Results are kept by flow entry until the flow ends. All of it is
 * bounded; what does not fit is dropped and counted.
 */

import type { FlowObserver } from "../../flows/flow-observer.ts";
import { type FlowView, Side, Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import type { DeviceRules } from "../../knowledge/evidence/device-signs.ts";
import type { AddressKey } from "../../net/address-key.ts";
import { DeviceRegistry } from "../devices/device-registry.ts";
import type { Recognition } from "../payload/protocols/recognise.ts";
import { AnnouncedTypes, type IsAppleOnlyType } from "./announced-types.ts";
import { AnnouncingSessions } from "./announcing-sessions.ts";
import { deviceEndsOf, multicastSenderOf } from "./device-facts.ts";
import { DeviceNames } from "./device-names.ts";
import { DnsStreams } from "./dns-streams.ts";
import { appleSideOf, commonFacts, type FlowFacts } from "./flow-facts.ts";
import { addressNamesOf, isNameRefuted, serviceTypesOf } from "./flow-names.ts";
import type { HandshakeSegment } from "./handshake.ts";
import { Handshakes } from "./handshakes.ts";
import { LocalServices } from "./local-services.ts";
import { MDNS_PORT, MessageKind, messageKind, messageOf } from "./message-kind.ts";
import { MultipathSessions } from "./multipath-sessions.ts";
import { NameCache } from "./name-cache.ts";
import { ProcessNames } from "./process-names.ts";
import { ProtocolRecogniser } from "./protocol-recogniser.ts";
import { type FirstBytes, RecognisedFlows } from "./recognised-flows.ts";
import type { StreamOpening } from "./recogniser-states.ts";
import type { RefusedName } from "./refused-names.ts";
import type { IsNameRelevant } from "./relevant-names.ts";
import { ReportedFacts } from "./reported-facts.ts";

/** What was dropped because strangers sent more than fits. */
export interface ObservationLosses {
  /** Handshakes and other beginnings of flows that were dropped before they were complete; packets that were not examined. */
  readonly handshakes: number;
  /** DNS answers, announced services and ports, names of devices, subflows of multipath TCP. */
  readonly names: number;
}

/** What an observer needs to know beyond the capture. */
export interface ObserverOptions {
  readonly isAppleAddress: IsAppleAddress;
  /** Whether a queried name is an Apple name. */
  readonly isAppleName: IsNameRelevant;
  readonly isAppleOnlyType: IsAppleOnlyType;
  /** Rules for recognising devices. */
  readonly devices: DeviceRules;
  /** Whether the bytes by which protocols were recognised are needed. */
  readonly keepsFirstBytes?: boolean;
}

/** Whether the address at a side of a flow (borrowed) is Apple's. */
export type IsAppleAddress = (flow: FlowView, side: number) => boolean;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class Observer implements FlowObserver {
  readonly needsAll = false;
  readonly needsAddresses = true;
  /** Owners of the addresses of the local network. */
  readonly devices: DeviceRegistry;
  readonly processes: ProcessNames;
  /** Sessions that announce ports for other flows. */
  readonly sessions = new AnnouncingSessions();
  /** Facts reported by other programs, in place of packets. */
  readonly reported: ReportedFacts;
  readonly #services = new LocalServices();
  readonly #names: NameCache;
  readonly #deviceNames = new DeviceNames(this.#services);
  readonly #handshakes: Handshakes;
  readonly #recognised: RecognisedFlows;
  readonly #recogniser: ProtocolRecogniser;
  readonly #multipath = new MultipathSessions((entry) => this.#handshakes.of(entry));
  readonly #dnsStreams = new DnsStreams();
  readonly #announced: AnnouncedTypes;
  readonly #isAppleAddress: IsAppleAddress;
  /** Reused for every packet. */
  readonly #segment: Writable<HandshakeSegment> = {
    bytes: new Uint8Array(0),
    offset: 0,
    end: 0,
    sequence: 0,
    fromB: 0,
  };

  /** Reused as well. */
  readonly #opening: Writable<StreamOpening> = { base: null, isBeginning: false };

  /** The current packet, and the protocol announced for one of its ports by a service type of the same name. */
  #packet: PacketRow | null = null;
  readonly #announcedProtocol = () => this.#packet && this.#names.services.protocolAt(this.#packet);

  /** For flows in entries 1 to `capacity`. */
  constructor(capacity: number, options: ObserverOptions) {
    const { isAppleAddress, isAppleName, isAppleOnlyType, keepsFirstBytes } = options;
    this.devices = new DeviceRegistry(options.devices, isAppleOnlyType);
    this.#names = new NameCache(this.#services, isAppleName);
    this.processes = new ProcessNames(capacity);
    this.#handshakes = new Handshakes(capacity);
    this.#recognised = new RecognisedFlows(capacity, this.sessions, keepsFirstBytes);
    this.#recogniser = new ProtocolRecogniser(capacity, this.#recognised);
    this.reported = new ReportedFacts(this.#names, this.#handshakes, this.#recogniser);
    this.#isAppleAddress = isAppleAddress;
    this.#announced = new AnnouncedTypes(isAppleOnlyType);
  }

  observeAddress(packet: PacketRow, end: number, hops: number): boolean {
    return this.devices.observeAddress(packet, end, hops);
  }

  observe(entry: number, packet: PacketRow): boolean {
    const segment = this.#segment;
    segment.bytes = packet.bytes;
    segment.offset = packet.payloadOffset;
    segment.end = packet.payloadEnd;
    segment.fromB = packet.side;
    this.sessions.setPacket(entry, packet);
    const kind = messageKind(packet.port(Side.A), packet.port(Side.B));
    const isUdp = packet.transport === Transport.UDP;
    const isWanted = isUdp ? this.#addDatagram(entry, packet, kind) : this.#addSegment(entry, packet, kind);
    return this.sessions.add(entry, packet, segment) || isWanted;
  }

  #addDatagram(entry: number, packet: PacketRow, kind: number): boolean {
    const recogniserWantsMore = this.#recogniser.addDatagram(entry, packet, this.#segment);
    if (kind === MessageKind.NONE)
      return this.#handshakes.add(entry, this.#segment, true) || recogniserWantsMore;
    if (kind === MessageKind.DNS) this.#addDns(entry, packet);
    else this.#addDhcp(packet);
    return true;
  }

  #addSegment(entry: number, packet: PacketRow, kind: number): boolean {
    const segment = this.#segment;
    segment.sequence = packet.sequence;
    // The SYN takes one sequence number; data that it carries comes after that (RFC 9293, 3.4).
    if (packet.hasSyn) {
      segment.sequence = (segment.sequence + 1) >>> 0;
      this.#addSyn(entry, packet);
      if (segment.offset >= segment.end) return true;
    }
    const recogniserWantsMore = this.#passToRecogniser(entry, packet);
    if (kind === MessageKind.DNS) {
      const message = messageOf(packet);
      const isMoreWanted = this.#dnsStreams.add(entry, segment, (bytes, offset, end) =>
        this.#names.addMessage({ ...message, bytes, offset, end }),
      );
      return isMoreWanted || recogniserWantsMore;
    }
    return this.#handshakes.add(entry, segment, false) || recogniserWantsMore;
  }

  #passToRecogniser(entry: number, packet: PacketRow): boolean {
    const { side } = packet;
    if (this.#recogniser.isDone(entry)) return false;
    const handshakes = this.#handshakes;
    const opening = this.#opening;
    opening.base = handshakes.firstSequence(entry, side);
    opening.isBeginning = handshakes.isOpened(entry);
    this.#packet = packet;
    return this.#recogniser.addSegment(entry, packet, this.#segment, opening, this.#announcedProtocol);
  }

  #addDns(entry: number, packet: PacketRow): void {
    const isMulticast = packet.port(Side.A) === MDNS_PORT || packet.port(Side.B) === MDNS_PORT;
    if (!isMulticast) {
      this.#names.addMessage(messageOf(packet));
      return;
    }
    const message = this.#names.addMulticast(messageOf(packet));
    if (message === null || packet.port(packet.side) !== MDNS_PORT) return;
    this.#announced.add(entry, message);
    this.devices.addMulticast(message, packet.addressKey(packet.side), packet.seconds);
  }

  #addDhcp(packet: PacketRow): void {
    const message = this.#deviceNames.addDhcp(packet.bytes, packet.payloadOffset, packet.payloadEnd);
    if (message !== null) this.devices.addDhcp(message, packet.seconds);
  }

  /** A SYN gives the start of its side's stream, and one with ACK that of the other's. */
  #addSyn(entry: number, packet: PacketRow): void {
    const { side } = packet;
    if (packet.isOpening) this.#handshakes.open(entry, side, this.#segment.sequence);
    else this.#handshakes.accept(entry, 1 - side, packet.acknowledgment);
    this.#multipath.addSyn(entry, packet);
  }

  addMark(entry: number, mark: number): void {
    this.processes.add(entry, mark);
  }

  /** What was dropped so far. */
  get dropped(): ObservationLosses {
    const { answers, services, refused } = this.#names.dropped;
    return {
      handshakes: this.#handshakes.dropped + this.#recogniser.dropped,
      names:
        answers +
        services +
        refused +
        this.#dnsStreams.dropped +
        this.#announced.dropped +
        this.#deviceNames.dropped +
        this.sessions.dropped +
        this.#multipath.dropped,
    };
  }

  /** Apple names that were refused. */
  refusedNames(): readonly RefusedName[] {
    return this.#names.refused();
  }

  /** Name that the device at an address announces, or null. */
  deviceNameOf(address: AddressKey): string | null {
    return this.#deviceNames.deviceNameOf(address);
  }

  /** The flow in an entry ends: nothing more will be seen of it. */
  finish(entry: number): void {
    this.#handshakes.finish(entry);
    this.#recogniser.finish(entry);
  }

  /** The flow in an entry has ended, and its facts are no longer needed; the entry may be reused. */
  forget(entry: number): void {
    this.#multipath.forget(entry);
    this.#handshakes.forget(entry);
    this.#recogniser.forget(entry);
    this.processes.forget(entry);
    this.#dnsStreams.forget(entry);
    this.#announced.forget(entry);
    this.sessions.forget(entry);
  }

  /** Recognised protocol of a flow so far, `asks` being a `Side` of the flow; null if not recognised. */
  recognitionOf(entry: number): Recognition | null {
    return this.#recogniser.of(entry);
  }

  /** First bytes of the flow, if they are kept; else null. */
  firstBytesOf(entry: number): FirstBytes | null {
    return this.#recognised.firstBytesOf(entry);
  }

  /** Facts of a flow (borrowed) so far; `service` is the serving side. */
  factsOf(flow: FlowView, service: number): FlowFacts {
    const { entry } = flow;
    const handshake = this.#handshakes.of(entry) ?? this.#multipath.of(entry);
    const process = this.processes.of(entry);
    const isAppleAddress = this.#isAppleAddress(flow, service);
    const isAppleOriginator = !isAppleAddress && this.#isAppleAddress(flow, 1 - service);
    const announcedType = this.#announced.of(entry);
    const end = appleSideOf({ isAppleAddress, isAppleOriginator });
    const ends = deviceEndsOf(this.devices, flow, service, handshake);
    const common = commonFacts(this.#recogniser.of(entry), this.#recogniser.isBeginning(entry), end, ends);
    const multicastSender = multicastSenderOf(this.devices, flow);
    const addressNames = addressNamesOf(this.#names, flow, service);
    const serviceTypes = serviceTypesOf(this.#names.services, flow, service);
    const isNamed = handshake !== null || addressNames.length > 0 || serviceTypes.length > 0;
    const isMarked = process !== null || announcedType !== null || multicastSender !== null;
    if (!isNamed && !isMarked) return common;
    const serverName = handshake?.serverName ?? null;
    return {
      process,
      handshake,
      serviceTypes,
      announcedType,
      multicastSender,
      addressNames,
      isAppleAddress,
      isAppleOriginator,
      isNameRefuted:
        serverName !== null && !isAppleAddress && isNameRefuted(this.#names, flow, service, serverName),
      recognition: common.recognition,
      ends,
      isBeginning: common.isBeginning,
    };
  }
}
