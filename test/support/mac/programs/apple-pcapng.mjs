/** pcapng as Apple's libpcap writes it (apple-oss-distributions/libpcap e5deb8a: pcap-ng.h, sf-pcapng.c). */

import { by } from "./state.mjs";

const OPTION = {
  COMMENT: 1,
  FLAGS: 2,
  PROCESS: 0x8001,
  SERVICE_CLASS: 0x8002,
  EFFECTIVE: 0x8003,
  DROP: 0x8007,
};
const PROCESS_BLOCK = 0x80000001;
const SNAPLEN = 262144;

function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function option(code, value) {
  const bytes = typeof value === "number" ? word(value) : Buffer.from(value);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(bytes.length, 2);
  return Buffer.concat([head, padded(bytes)]);
}

function word(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function block(type, body, options) {
  const list = options.length === 0 ? [] : [...options, Buffer.alloc(4)];
  const all = Buffer.concat([padded(body), ...list]);
  return Buffer.concat([word(type), word(all.length + 12), all, word(all.length + 12)]);
}

export function sectionHeader() {
  const body = Buffer.concat([word(0x1a2b3c4d), Buffer.from([1, 0, 0, 0]), Buffer.alloc(8, 0xff)]);
  return block(0x0a0d0d0a, body, [option(3, "Darwin Kernel Version 24.4.0"), option(4, "tcpdump")]);
}

export function interfaceBlock(name, linkType) {
  return block(1, Buffer.concat([word(linkType), word(SNAPLEN)]), [option(2, name)]);
}

export function processBlock(pid, name, uuid) {
  const options = [option(2, name)];
  if (uuid !== undefined) options.push(option(4, Buffer.from(uuid, "hex")));
  return block(PROCESS_BLOCK, word(pid), options);
}

function packetBlock(id, packet, options) {
  const time = BigInt(packet.microseconds);
  const frame = Buffer.from(packet.hex, "hex");
  const head = [
    id,
    Number(time >> 32n),
    Number(time & 0xffffffffn),
    frame.length,
    packet.length ?? frame.length,
  ];
  return block(6, Buffer.concat([...head.map(word), padded(frame)]), options);
}

const FLAGS = { in: 1, out: 2 };
const CLASSES = {
  BE: 0,
  BK_SYS: 100,
  BK: 200,
  RD: 300,
  OAM: 400,
  AV: 500,
  RV: 600,
  VI: 700,
  VO: 800,
  CTL: 900,
};

/** Writes pktap's output: blocks of interfaces and processes before their first packet. */
export class PktapWriter {
  #hasBegun = false;
  #interfaces = [];
  #processes = [];

  packet(packet, linkType) {
    const parts = [];
    if (!this.#hasBegun) parts.push(sectionHeader());
    this.#hasBegun = true;
    if (!this.#interfaces.includes(packet.iface)) {
      this.#interfaces.push(packet.iface);
      parts.push(interfaceBlock(packet.iface, linkType));
    }
    const options = [option(OPTION.FLAGS, FLAGS[packet.direction])];
    const process = this.#indexOf(packet.pid, packet.name, packet.uuid, parts);
    if (process !== null) options.push(option(OPTION.PROCESS, process));
    options.push(option(OPTION.SERVICE_CLASS, CLASSES[packet.serviceClass ?? "BE"]));
    const effective = this.#indexOf(packet.effectivePid, packet.effectiveName, undefined, parts);
    if (effective !== null) options.push(option(OPTION.EFFECTIVE, effective));
    if (packet.dropReason !== undefined) options.push(option(OPTION.DROP, packet.dropReason));
    parts.push(packetBlock(this.#interfaces.indexOf(packet.iface), packet, options));
    return Buffer.concat(parts);
  }

  #indexOf(pid, name, uuid, parts) {
    if (pid === undefined) return null;
    by("cuts");
    const key = `${pid} ${name} ${uuid}`;
    if (!this.#processes.includes(key)) {
      this.#processes.push(key);
      parts.push(processBlock(pid, name, uuid));
    }
    return this.#processes.indexOf(key);
  }
}

/** A packet of `-P`, with everything known in its comment. */
export function commentedPacket(packet) {
  const isNamed = packet.direction === "out" && packet.transport === "tcp" && packet.pid !== undefined;
  const process = isNamed ? `proc ${packet.name}:${packet.pid}, ` : "";
  const comment = `${process}svc ${packet.serviceClass ?? "BE"}, ${packet.direction}`;
  return packetBlock(0, packet, [option(OPTION.COMMENT, comment)]);
}
