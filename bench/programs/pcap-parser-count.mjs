/**
 * Counts packets, bytes and bidirectional TCP and UDP flows of a classic Ethernet capture with the npm package pcap-parser,
 * as a simple program would: one event per packet, a string per flow in a Map. Plain JavaScript, so that no compiler is
 * measured.
 */
import pcapParser from "pcap-parser";

const flows = new Map();
let packets = 0;
let bytes = 0;

function flowKey(data) {
  let offset = 12;
  let etherType = data.readUInt16BE(offset);
  while ((etherType === 0x8100 || etherType === 0x88a8) && data.length >= offset + 20) {
    offset += 4;
    etherType = data.readUInt16BE(offset);
  }
  offset += 2;
  let protocol;
  let addresses;
  let transport;
  if (etherType === 0x0800 && data.length >= offset + 20) {
    if ((data.readUInt16BE(offset + 6) & 0x1fff) !== 0) return null;
    protocol = data[offset + 9];
    addresses = [
      data.toString("latin1", offset + 12, offset + 16),
      data.toString("latin1", offset + 16, offset + 20),
    ];
    transport = offset + (data[offset] & 15) * 4;
  } else if (etherType === 0x86dd && data.length >= offset + 40) {
    protocol = data[offset + 6];
    addresses = [
      data.toString("latin1", offset + 8, offset + 24),
      data.toString("latin1", offset + 24, offset + 40),
    ];
    transport = offset + 40;
  } else {
    return null;
  }
  if ((protocol !== 6 && protocol !== 17) || data.length < transport + 4) return null;
  const source = `${addresses[0]}/${data.readUInt16BE(transport)}`;
  const destination = `${addresses[1]}/${data.readUInt16BE(transport + 2)}`;
  return source < destination ? `${protocol}${source}${destination}` : `${protocol}${destination}${source}`;
}

const parser = pcapParser.parse(process.argv[2]);
parser.on("packet", ({ header, data }) => {
  packets++;
  bytes += header.originalLength;
  const key = data.length >= 34 ? flowKey(data) : null;
  if (key === null) return;
  const flow = flows.get(key);
  if (flow === undefined) {
    flows.set(key, { packets: 1, bytes: header.originalLength });
  } else {
    flow.packets++;
    flow.bytes += header.originalLength;
  }
});
parser.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
parser.on("end", () => {
  console.log(`packets=${packets} bytes=${bytes} flows=${flows.size}`);
});
