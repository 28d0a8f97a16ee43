/** Messages to and from the process that captures with the package cap: one JSON object per line. */

/** Its only argument, as JSON. */
export type CapOrder = CaptureOrder | ProbeOrder;

/** Capture until the end of standard input. */
export interface CaptureOrder {
  readonly kind: "capture";
  readonly interfaceName: string;
  /** In libpcap's language; "" for none. */
  readonly filter: string;
  readonly snaplen: number;
}

/** Report for each interface whether it can be opened, then exit. */
export interface ProbeOrder {
  readonly kind: "probe";
  readonly interfaceNames: readonly string[];
}

/** A line of its standard error that begins with `CAP_MESSAGE_MARK`; others are libpcap's or Node's. */
export type CapMessage =
  | { readonly kind: "listening" }
  | { readonly kind: "not-built"; readonly message: string }
  | { readonly kind: "not-opened"; readonly message: string }
  /** Node does not allow root to become another user (`canRunAs`). */
  | { readonly kind: "keeps-root" }
  | { readonly kind: "built" }
  | { readonly kind: "opens"; readonly interfaceName: string; readonly linkType: string }
  | { readonly kind: "opens-not"; readonly interfaceName: string; readonly message: string }
  | { readonly kind: "dropped"; readonly count: number };

/** Prefix that identifies these messages. */
export const CAP_MESSAGE_MARK = "cap: ";

/** Formats a message as a line for `readCapMessage`. */
export function writeCapMessage(message: CapMessage): string {
  return `${CAP_MESSAGE_MARK}${JSON.stringify(message)}\n`;
}

/** Parses the message of a line; null for any other line. */
export function readCapMessage(line: string): CapMessage | null {
  if (!line.startsWith(`${CAP_MESSAGE_MARK}{`)) return null;
  return JSON.parse(line.slice(CAP_MESSAGE_MARK.length)) as CapMessage;
}
