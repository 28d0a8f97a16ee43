/** Capture formats that are not supported: how to detect them, and the command that converts them. */
import { InputError } from "../../errors.ts";
import { readUint16, readUint32LittleEndian } from "../../net/byte-reads.ts";
import { shellFileName } from "../../shell-word.ts";
import { isPcapAt, isPcapngAt } from "./damage.ts";
import { unreadTextOf } from "./unread-texts.ts";

interface UnreadFormat {
  readonly name: string;
  /** First bytes of the file. */
  readonly magic: string;
  /** Shell command that writes the file's contents, converted, to standard output. */
  readonly command: (file: string) => string;
}

const editcap = (file: string) => `editcap -F pcapng ${shellFileName(file)} -`;
const unpack = (program: string) => (file: string) => `${program} ${shellFileName(file)}`;

/** unzip treats the name as a pattern; brackets make special characters literal (unzip(1), "zipfile"). */
function unzip(file: string): string {
  const isPattern = /[*?]|\[.*\]/s.test(file);
  const literal = file.replace(/[*?[\\]/g, (letter) => (letter === "\\" ? "[\\\\]" : `[${letter}]`));
  return `unzip -p ${shellFileName(isPattern ? literal : file)}`;
}

/**
 * Magic numbers as in libmagic's database; captures as in Wireshark's wiretap. No npm package is suitable for lz4:
 * those in plain JavaScript are unmaintained, and lz4-napi (2.10, 2026), which is maintained, needs the whole file in
 * memory.
 */
const UNREAD_FORMATS: readonly UnreadFormat[] = [
  { name: "xz", magic: "\xfd7zXZ\0", command: unpack("xz -dc") },
  { name: "bzip2", magic: "BZh", command: unpack("bzip2 -dc") },
  { name: "lz4", magic: "\x04\x22\x4d\x18", command: unpack("lz4 -dc") },
  { name: "lz4", magic: "\x02\x21\x4c\x18", command: unpack("lz4 -dc") },
  { name: "compress", magic: "\x1f\x9d", command: unpack("gzip -dc") },
  { name: "zip", magic: "PK\x03\x04", command: unzip },
  { name: "snoop", magic: "snoop\0\0\0", command: editcap },
  { name: "Microsoft Network Monitor", magic: "GMBU", command: editcap },
  { name: "Microsoft Network Monitor", magic: "RTSS", command: editcap },
  { name: "Sniffer", magic: "TRSNIFF data", command: editcap },
  { name: "iptrace", magic: "iptrace ", command: editcap },
  { name: "Network Instruments Observer", magic: "ObserverPktBuffe", command: editcap },
  { name: "OmniPeek", magic: "\x7fver", command: editcap },
  { name: "Visual Networks", magic: "\x05VNF", command: editcap },
  { name: "NetXRay", magic: "XCP\0", command: editcap },
  { name: "5View", magic: "\xaa\xaa\xaa\xaa", command: editcap },
  { name: "K12", magic: "\0\0\x02\0\x12\x05\0\x10", command: editcap },
  { name: "Bluetooth snoop", magic: "btsnoop\0", command: editcap },
];

/** Bytes needed to detect any of these. */
const UNREAD_MAGIC_LENGTH = Math.max(...UNREAD_FORMATS.map(({ magic }) => magic.length));

/**
 * Returns the error for a file that begins with `first` (borrowed) and is neither pcap nor pcapng: `unsupported_format`
 * with a helpful command if the format is known or a capture begins further on, else `not_a_capture`.
 *
 * @param unpacker The program that unpacks the file, which is read decompressed: "gzip"; null for a plain file.
 */
export function unreadFormatError(
  first: Uint8Array,
  source: string,
  unpacker: string | null = null,
): InputError {
  const beginning = String.fromCharCode(...first.subarray(0, UNREAD_MAGIC_LENGTH));
  const format = UNREAD_FORMATS.find(({ magic }) => beginning.startsWith(magic)) ?? erfFormatOf(first);
  const error = (text: string, offset = 0) =>
    new InputError("unsupported_format", `${source}: ${text}`, { source, offset });
  const file = source === "-" ? "FILE" : source;
  if (format !== null) {
    const command = format.command(file);
    return error(`${format.name} is not supported; try: ${command} | appleflow summarize -`);
  }
  const begun = captureOffset(first);
  if (begun !== null) {
    const tail = `tail -c +${begun.offset + 1}`;
    const command =
      unpacker === null ? `${tail} ${shellFileName(file)}` : `${unpackCommand(unpacker, file)} | ${tail}`;
    const text = `a ${begun.name} header is at byte ${begun.offset}, after other data; try: `;
    return error(`${text}${command} | appleflow summarize -`, begun.offset);
  }
  const text = unreadTextOf(first);
  if (text !== null) {
    const { name, filter, advice } = text;
    const note = advice === undefined ? "" : `: ${advice}`;
    if (filter === null) return error(`${name} is not supported${note}`);
    const begin = unpacker === null ? `cat ${shellFileName(file)}` : unpackCommand(unpacker, file);
    return error(`${name} is not supported${note}; try: ${begin} | ${filter} | appleflow summarize -`);
  }
  const found = first.length === 0 ? "empty" : "neither pcap nor pcapng";
  return new InputError("not_a_capture", `${source}: ${found}`, { source, offset: 0 });
}

function unpackCommand(program: string, file: string): string {
  return `${program} -dc ${shellFileName(file)}`;
}

/** Finds the header of a capture in `first`, after output of a shell or a program. */
function captureOffset(first: Uint8Array): { readonly name: string; readonly offset: number } | null {
  for (let offset = 1; offset < first.length; offset++) {
    if (isPcapAt(first, offset, first.length)) return { name: "pcap", offset };
    if (isPcapngAt(first, offset, first.length)) return { name: "pcapng", offset };
  }
  return null;
}

/** Without `-T` the packets keep their record's header and its link type. */
const ERF: UnreadFormat = {
  name: "ERF",
  magic: "",
  command: (file) => `editcap -F pcapng -T ether ${shellFileName(file)} -`,
};
const ERF_HEADER_LENGTH = 16;
const ERF_TYPE_OFFSET = 8;
const ERF_LENGTH_OFFSET = 10;
/** The top bit announces extension headers. */
const ERF_TYPE_MASK = 0x7f;
const ERF_LAST_TYPE = 48;
/** Minimum consecutive valid records: there is no magic number. */
const ERF_RECORDS = 3;
/** Maximum seconds between records. */
const ERF_LONGEST_PAUSE = 86_400;

/**
 * Endace's format consists of records only: time (seconds in the upper half, little-endian), type, flags, length
 * (big-endian).
 */
function erfFormatOf(first: Uint8Array): UnreadFormat | null {
  let seconds = -1;
  let offset = 0;
  for (let record = 0; record < ERF_RECORDS; record++) {
    if (first.length - offset < ERF_HEADER_LENGTH) return null;
    const type = first[offset + ERF_TYPE_OFFSET] & ERF_TYPE_MASK;
    const length = readUint16(first, offset + ERF_LENGTH_OFFSET);
    const time = readUint32LittleEndian(first, offset + 4);
    if (type === 0 || type > ERF_LAST_TYPE || length < ERF_HEADER_LENGTH) return null;
    if (record > 0 && Math.abs(time - seconds) > ERF_LONGEST_PAUSE) return null;
    seconds = time;
    offset += length;
  }
  return ERF;
}
