/** Recognizes texts that people have in place of captures, and how to convert them. */

/** A text that is not supported. */
export interface UnreadText {
  readonly name: string;
  /** Shell filter that converts its standard input to a capture; null if there is none. */
  readonly filter: string | null;
  /** Advice if there is no filter. */
  readonly advice?: string;
}

interface TextKind extends UnreadText {
  /** Matches its first characters, bytes being decoded as Latin-1. */
  readonly pattern: RegExp;
}

const EXPORT_AGAIN = "save the packets themselves, as pcapng";
const WRITE_RAW = "let the program write the capture itself, as tcpdump -w FILE does";

/** Lines of `offset: hex`, with an offset that begins with 0x, as text2pcap expects; times are lost. */
const hexLines = (linkType: number) =>
  String.raw`perl -ne 'print "$1 @{[$2 =~ /\w\w/g]}\n" if /^\s*0x(\w+):?\s+((?:[0-9a-f]{2,4} ?)+)/'` +
  ` | text2pcap -q -l ${linkType} - -`;

const ETHERNET = 1;
const RAW_IP = 101;

/** In the order of matching. */
const TEXT_KINDS: readonly TextKind[] = [
  {
    name: "UTF-16 text",
    pattern: /^(?:\xff\xfe|\xfe\xff)/,
    filter: null,
    advice: `the > of Windows PowerShell turns a capture into this, and the capture is lost; ${WRITE_RAW}`,
  },
  {
    name: "a capture turned from Latin-1 into UTF-8",
    pattern: /^(?:\xc3\x94\xc3\x83|M<)\xc2\xb2\xc2\xa1|^\xc2\xa1\xc2\xb2(?:\xc3\x83\xc3\x94|<M)/,
    filter: "iconv -f UTF-8 -t ISO-8859-1",
  },
  {
    name: "a capture turned into UTF-8",
    pattern: /^(?:\xef\xbb\xbf)?(?:\xef\xbf\xbd\xc3\xb2\xef\xbf\xbd|(?:M<)?(?:\xef\xbf\xbd){2})/,
    filter: null,
    advice: `bytes are lost; ${WRITE_RAW}`,
  },
  {
    name: "a pcapng whose line ends were changed",
    pattern: /^\r\n\r\r\r\n/,
    filter: String.raw`perl -pe 's/\r\n/\n/'`,
  },
  {
    name: "a pcapng whose line ends were changed",
    pattern: /^\n(?:\r\n|\n).{4}(?:M<\+|.\+<M)/s,
    filter: null,
    advice: "bytes are lost; transfer it again in binary mode",
  },
  {
    name: "Base64",
    pattern: /^(?:1MOyoQIA|TTyyoQIA|obLD1AAC|obI8TQAC|Cg0NC[g-j]|H4sI)/,
    filter: "base64 -d",
  },
  {
    name: "an xxd dump of a capture",
    pattern: /^0{6,}: (?:d4c3 b2a1|4d3c b2a1|a1b2 c3d4|a1b2 3c4d|0a0d 0d0a) /,
    filter: "xxd -r",
  },
  {
    name: "a hexdump or od dump of a capture",
    pattern: /^0{6,8} {1,2}(?:d4 c3 b2 a1|4d 3c b2 a1|a1 b2 c3 d4|a1 b2 3c 4d|0a 0d 0d 0a) /,
    filter: String.raw`perl -ne 'print pack "H*", join "", (split " ", (split / *\|/)[0])[1..16]'`,
  },
  {
    name: "output of FortiGate's sniffer",
    pattern: /^(?:interfaces=\[|filters=\[|[\d :.-]+\S* (?:in|out|--) .*\n0x0000[\t ])/,
    filter: hexLines(ETHERNET),
    advice: "it holds packets only with a level of 3 or 6, and without their times",
  },
  {
    name: "output of tcpdump -xx",
    pattern: /^\d\d:\d\d:\d\d\.\d+ .*\n\s+0x0000: {2}(?!4[5-9a-f]|6[0-9a-f])/,
    filter: hexLines(ETHERNET),
  },
  {
    name: "output of tcpdump -x",
    pattern: /^\d\d:\d\d:\d\d\.\d+ .*\n\s+0x0000: {2}/,
    filter: hexLines(RAW_IP),
  },
  {
    name: "output of tcpdump",
    pattern: /^(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+ (?:\S+ +(?:In|Out) +)?(?:IP6?|ARP)[ ,]/,
    filter: null,
    advice: `it holds no packets; ${WRITE_RAW}`,
  },
  {
    name: "a dump of packets",
    pattern: /^(?:[0-9a-f]{4,8}:? (?: ?[0-9a-f]{2}){8,})/i,
    filter: "text2pcap -q - -",
  },
  { name: "K12 text", pattern: /^\+-{9}\+-{15}\+-{10}\+/, filter: "editcap -F pcap -T ether - -" },
  {
    name: "a packet list of Wireshark",
    pattern: /^(?:"No\.","Time"|No\. +Time +Source)/,
    filter: null,
    advice: EXPORT_AGAIN,
  },
  {
    name: "JSON of Wireshark",
    pattern: /^\s*\[\s*\{\s*"_index"/,
    filter: null,
    advice: EXPORT_AGAIN,
  },
  {
    name: "XML of Wireshark",
    pattern: /^<\?xml[^>]*>\s*(?:<\?[^>]*>\s*)*(?:<!--.*?-->\s*)?<(?:pdml|psml)\b/s,
    filter: null,
    advice: EXPORT_AGAIN,
  },
  {
    name: "a web page",
    pattern: /^\s*<(?:!doctype html|html)\b/i,
    filter: null,
    advice: "it does not contain the download",
  },
  {
    name: "a Git LFS pointer",
    pattern: /^version https:\/\/git-lfs\.github\.com\//,
    filter: "git lfs smudge",
  },
];

/** Maximum characters examined. */
const TEXT_LENGTH = 1024;

/** Identifies a file that begins with `first` (borrowed), or returns null. */
export function unreadTextOf(first: Uint8Array): UnreadText | null {
  const text = Buffer.from(first.subarray(0, TEXT_LENGTH)).toString("latin1");
  return TEXT_KINDS.find(({ pattern }) => pattern.test(text)) ?? null;
}
