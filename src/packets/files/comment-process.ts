/**
 * Parses the capturing host's metadata of a packet from its comment (pcapng option 1), in two known forms:
 *
 *   Apple's `tcpdump -P`    proc nsurlsessiond:301, svc BE, out, flowid 0x1f   (libpcap 144, pcap-darwin.c:1222-1365)
 *   pymobiledevice3         PID: 301, ProcName: nsurlsessiond, EPID: 712, EProcName: Podcasts, SVC: 0
 *
 * Anybody may write comments, so a comment counts only if it has one of these forms from its first to its last
 * character. The effective process (on whose behalf another acts) takes precedence over the process itself.
 */

import { Direction } from "../../net/host-mark.ts";
import type { ProcessIdentity } from "../captured-process.ts";

/** Both forms are shorter; longer comments are free text. */
const MAX_COMMENT_LENGTH = 255;
/** Neither form is shorter: `proc a:1`. */
const MIN_COMMENT_LENGTH = 8;
const FIRST_OF_APPLE = 0x70;
const FIRST_OF_APPLE_WITHOUT_PROCESS = 0x73;
const FIRST_OF_PYMOBILEDEVICE = 0x50;

/** Names may contain spaces and colons (`Google Chrome He`); the number follows the last colon. */
const APPLE =
  /^(?:proc ([^,]{1,64}):(-?\d{1,10}))?(?:(?:^|, )svc ([A-Z_]{2,8}|\d{1,10}))?(?:, [a-z]{1,12}(?: (?:0x[0-9a-f]{1,8}|\d{1,10}))?){0,10}$/;
const APPLE_DIRECTION = /, (in|out)(?:,|$)/;
const PYMOBILEDEVICE =
  /^PID: (-?\d{1,10}), ProcName: ([^,]{0,64}), EPID: (-?\d{1,10}), EProcName: ([^,]{0,64}), SVC: (-?[\w.]{1,32})$/;
const UNKNOWN_PID = "-1";

/** By their names in Apple's libpcap (xnu bsd/sys/socket.h: SO_TC_...). */
const SERVICE_CLASSES: Readonly<Record<string, number>> = {
  BK_SYS: 100,
  BK: 200,
  BE: 0,
  RD: 300,
  OAM: 400,
  AV: 500,
  RV: 600,
  VI: 700,
  VO: 800,
  CTL: 900,
};

/** Contents of one comment. */
export interface CommentFacts {
  /** The process that its packet belongs to; null for none. */
  readonly process: ProcessIdentity | null;
  /** The process that owns the socket on its behalf; null if it is the same one. */
  readonly helper: ProcessIdentity | null;
  /** `Direction`. */
  readonly direction: number;
  /** In Apple's numbering; 0: best effort, or none. */
  readonly serviceClass: number;
}

const decoder = new TextDecoder();

/**
 * Parses a comment in `bytes[offset .. offset + length - 1]` (borrowed). Names are hostile text of at most 64
 * characters. Null for any other comment.
 */
export function readComment(bytes: Uint8Array, offset: number, length: number): CommentFacts | null {
  if (length < MIN_COMMENT_LENGTH || length > MAX_COMMENT_LENGTH) return null;
  const first = bytes[offset];
  const isApple = first === FIRST_OF_APPLE || first === FIRST_OF_APPLE_WITHOUT_PROCESS;
  if (!isApple && first !== FIRST_OF_PYMOBILEDEVICE) return null;
  const text = decoder.decode(bytes.subarray(offset, offset + length));
  return isApple ? readApple(text) : readPymobiledevice(text);
}

function readApple(text: string): CommentFacts | null {
  const parts = APPLE.exec(text);
  if (parts === null) return null;
  const [, name, pid, serviceClass] = parts;
  const direction = APPLE_DIRECTION.exec(text)?.[1];
  return {
    process: name === undefined ? null : identityOf(name, pid),
    helper: null,
    direction:
      direction === undefined ? Direction.UNKNOWN : direction === "in" ? Direction.IN : Direction.OUT,
    serviceClass: SERVICE_CLASSES[serviceClass] ?? 0,
  };
}

function readPymobiledevice(text: string): CommentFacts | null {
  const parts = PYMOBILEDEVICE.exec(text);
  if (parts === null) return null;
  const [, pid, name, effectivePid, effectiveName, serviceClass] = parts;
  const process = pid === UNKNOWN_PID || name === "" ? null : identityOf(name, pid);
  const effective =
    effectivePid === UNKNOWN_PID || effectiveName === "" ? null : identityOf(effectiveName, effectivePid);
  return {
    process: effective ?? process,
    helper: effective === null ? null : process,
    direction: Direction.UNKNOWN,
    serviceClass: /^\d{1,4}$/.test(serviceClass) ? Number(serviceClass) : 0,
  };
}

function identityOf(name: string, pid: string): ProcessIdentity {
  return { name, pid: pid === UNKNOWN_PID ? null : Number(pid), uuid: null };
}
