/**
 * tcpdump of a simulated Mac, Apple's or (MAC_TCPDUMP=homebrew) Homebrew's. It captures what the test appends to
 * `traffic.ndjson` while it runs.
 */
import { closeSync, existsSync, openSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { commentedPacket, interfaceBlock, PktapWriter, sectionHeader } from "./apple-pcapng.mjs";
import { openDevice } from "./bpf-device.mjs";
import { by, fail, folder, readState } from "./state.mjs";

const isApples = process.env.MAC_TCPDUMP !== "homebrew";
const DLT = { NULL: 0, EN10MB: 1, RAW: 101 };
const TITLES = { EN10MB: "Ethernet", NULL: "BSD loopback", RAW: "Raw IP", PKTAP: "Packet Tap" };
const POLL_MS = 10;
/** Linux has no SIGINFO; this is its number on a Mac. */
const SIGINFO = process.platform === "linux" ? "SIGIO" : "SIGINFO";
const WITH_VALUE = "iBsw";
const MOST_SNAPLEN = 262_144;
const MOST_NAMES = 8;

const args = process.argv.slice(2);
const flags = new Map();
let filter = "";
for (let i = 0; i < args.length; i++) {
  if (args[i] === "--") {
    filter = args.slice(i + 1).join(" ");
    break;
  }
  const name = args[i].replace(/^--?/, "");
  const isKnown = /^(?:[DLPnpU]|immediate-mode|version)$/.test(name) || WITH_VALUE.includes(name);
  if (!isKnown || (name === "P" && !isApples)) {
    by("version");
    fail(`tcpdump: invalid option -- ${name}\ntcpdump version 4.99.1\nUsage: tcpdump [-AbdDef...`);
  }
  flags.set(name, WITH_VALUE.includes(name) ? args[++i] : true);
}

const { interfaces, isRoot } = readState();

if (flags.has("version")) {
  by("version");
  const [mark, version, library] = isApples
    ? [" -- Apple version 148", "4.99.1", "1.10.1"]
    : ["", "4.99.5", "1.10.5"];
  process.stdout.write(
    `tcpdump version ${version}${mark}\nlibpcap version ${library}${isApples ? " -- Apple version 144" : ""}\n`,
  );
  process.exit(0);
}
if (flags.has("D")) {
  by("states");
  interfaces.forEach(({ name, words }, i) => {
    const shown = isApples
      ? words
      : words.replace(/, (?:Wireless|Associated|Connected|Disconnected|Not associated).*/, "");
    process.stdout.write(`${i + 1}.${name} [${shown}]\n`);
  });
  process.exit(0);
}

const device = flags.get("i");
const isDroptap = /^droptap/.test(device);
const isPktap = isApples && /^(?:pktap|droptap|a(?:ny|ll)$)/.test(device);
const opened = interfaces.find(({ name }) => name === device);
if (Number(flags.get("s") ?? 0) > MOST_SNAPLEN) fail(`tcpdump: invalid snaplen ${flags.get("s")}`);
if (isPktap && !isRoot) {
  by("pktap-root");
  fail(
    `tcpdump: ${device}: You don't have permission to perform this capture on that device\n(ioctl(SIOCIFCREATE): Operation not permitted)`,
  );
}
const problem = openDevice();
if (problem !== null) fail(`tcpdump: ${device}: ${problem}`);
if (!isPktap && opened === undefined) {
  fail(`tcpdump: ${device}: No such device exists\n(BIOCSETIF failed: Device not configured)`);
}
if (flags.has("L")) {
  by("list-to-stderr");
  const types =
    opened.linkType === "EN10MB"
      ? "  EN10MB (Ethernet)\n  RAW (Raw IP)\n"
      : `  ${opened.linkType} (${TITLES[opened.linkType]})\n`;
  const text = `Data link types for ${device} (use option -y to set):\n${types}`;
  if (isApples) process.stderr.write(text);
  else process.stdout.write(text);
  process.exit(0);
}
if (/port \d{6}/.test(filter)) fail("tcpdump: illegal port number 999999 > 65535");

const names = device.includes(",") ? device.split(",").slice(1) : [];
if (names.length > MOST_NAMES) fail(`tcpdump: ${device}: too many interfaces`);
if (isPktap) leaveDevice();

function isSeen({ iface }) {
  if (!isPktap) return iface === device;
  by("pktap-list");
  if (device === "any" || device === "all" || names.some((name) => name === "any" || name === "all"))
    return true;
  if (names.length > 0)
    return names.some((name) => (/\d$/.test(name) ? iface === name : iface.startsWith(name)));
  return !/^(?:lo|bridge|gif|stf)/.test(iface);
}

/** Left behind by a killed program, for the next one to take. */
function leaveDevice() {
  by("leak");
  const path = join(folder, "pktap0");
  if (!existsSync(path)) writeFileSync(path, "");
}

const writer = new PktapWriter();
const counts = { captured: 0, received: 0 };

function write(bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") process.exit(1);
    }
  }
}

function classicHeader(linkType) {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(0xa1b2c3d4, 0);
  bytes.writeUInt16LE(2, 4);
  bytes.writeUInt16LE(4, 6);
  bytes.writeUInt32LE(MOST_SNAPLEN, 16);
  bytes.writeUInt32LE(linkType, 20);
  return bytes;
}

function classicPacket(packet) {
  const frame = Buffer.from(packet.hex, "hex");
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(packet.microseconds / 1e6), 0);
  head.writeUInt32LE(packet.microseconds % 1e6, 4);
  head.writeUInt32LE(frame.length, 8);
  head.writeUInt32LE(packet.length ?? frame.length, 12);
  return Buffer.concat([head, frame]);
}

function take(packet) {
  if (!isSeen(packet)) return;
  if (isDroptap) by("drops");
  if ((packet.dropReason !== undefined) !== isDroptap) return;
  counts.received++;
  if (filter === "less 1") return;
  counts.captured++;
  if (isPktap) {
    by("pcapng");
    const { linkType } = interfaces.find(({ name }) => name === packet.iface);
    write(writer.packet(packet, DLT[linkType]));
  } else write(flags.has("P") ? commentedPacket(packet) : classicPacket(packet));
}

function countersLine() {
  return `tcpdump: ${counts.captured} packets captured, ${counts.received} packets received by filter, 0 packets dropped by kernel\n`;
}

// It captures what is sent after it has reported that it listens.
const traffic = join(folder, "traffic.ndjson");
let offset = statSync(traffic).size;

const linkType = isPktap ? "PKTAP" : opened.linkType;
if (isPktap) process.stderr.write("tcpdump: data link type PKTAP\n");
const snaplen = flags.get("s") ?? MOST_SNAPLEN;
process.stderr.write(
  `tcpdump: listening on ${device}, link-type ${linkType} (${TITLES[linkType]}), snapshot length ${snaplen} bytes\n`,
);
if (isPktap) by("first-packet");
else if (flags.has("P")) {
  by("comments");
  write(Buffer.concat([sectionHeader(), interfaceBlock(device, DLT[linkType])]));
} else write(classicHeader(DLT[linkType]));

const descriptor = openSync(traffic, "r");
let rest = "";
function poll() {
  const length = statSync(traffic).size - offset;
  if (length <= 0) return;
  const bytes = Buffer.alloc(length);
  offset += readSync(descriptor, bytes, 0, length, offset);
  const lines = (rest + bytes.toString()).split("\n");
  rest = lines.pop();
  for (const line of lines) take(JSON.parse(line));
}
setInterval(poll, POLL_MS);

process.on(SIGINFO, () => {
  by("counters");
  process.stderr.write(countersLine());
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    closeSync(descriptor);
    process.stderr.write(
      countersLine()
        .replace(/^tcpdump: /, "")
        .replaceAll(", ", "\n"),
    );
    process.exit(0);
  });
}
