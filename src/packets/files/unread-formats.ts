/** What people have captures in that is not read here: how to tell it, and what turns it into something that is. */
import { InputError } from "../../errors.ts";
import { shellFileName } from "../../shell-word.ts";

interface UnreadFormat {
  readonly name: string;
  /** What a file begins with. */
  readonly magic: string;
  /** What writes the file's contents to standard output, for a shell. */
  readonly command: (file: string) => string;
}

const editcap = (file: string) => `editcap -F pcapng ${shellFileName(file)} -`;
const unpack = (program: string) => (file: string) => `${program} ${shellFileName(file)}`;

/** unzip takes the name for a pattern; there it stands for itself in brackets only (unzip(1), "zipfile"). */
function unzip(file: string): string {
  const isPattern = /[*?]|\[.*\]/s.test(file);
  const literal = file.replace(/[*?[\\]/g, (letter) => (letter === "\\" ? "[\\\\]" : `[${letter}]`));
  return `unzip -p ${shellFileName(isPattern ? literal : file)}`;
}

/** Magic numbers as in libmagic's database; captures as in Wireshark's wiretap. */
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
  { name: "Bluetooth snoop", magic: "btsnoop\0", command: editcap },
];

/** Bytes that tell any of these. */
const UNREAD_MAGIC_LENGTH = Math.max(...UNREAD_FORMATS.map(({ magic }) => magic.length));

/**
 * The error for a file that begins with `first` (borrowed) and is neither pcap nor pcapng: `unsupported_format` with
 * the command that helps where the format is known, else `not_a_capture`.
 */
export function unreadFormatError(first: Uint8Array, source: string): InputError {
  const beginning = String.fromCharCode(...first.subarray(0, UNREAD_MAGIC_LENGTH));
  const format = UNREAD_FORMATS.find(({ magic }) => beginning.startsWith(magic));
  const position = { source, offset: 0 };
  if (format !== undefined) {
    const command = format.command(source === "-" ? "FILE" : source);
    const message = `${source}: ${format.name} is not read here; try: ${command} | appleflow summarize -`;
    return new InputError("unsupported_format", message, position);
  }
  const found = first.length === 0 ? "empty" : "neither pcap nor pcapng";
  return new InputError("not_a_capture", `${source}: ${found}`, position);
}
