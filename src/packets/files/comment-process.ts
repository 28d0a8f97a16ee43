/**
 * Processes that stand in the comment of a packet (pcapng option 1), as text of two known forms:
 *
 *   Apple's `tcpdump -P`    proc nsurlsessiond:301, eproc Podcasts:712, svc BE, out, flowid 0x1f
 *   pymobiledevice3         PID: 301, ProcName: nsurlsessiond, EPID: 712, EProcName: Podcasts, SVC: 0
 *
 * Anybody writes comments, so that only a comment that has one of these forms from its first to its last character
 * names a process. The effective process (the one that another works for) comes before the process itself.
 */

/** Both forms are shorter; what is longer is somebody's prose. */
const MAX_COMMENT_LENGTH = 255;
/** Neither form is shorter: `proc a:1`. */
const MIN_COMMENT_LENGTH = 8;
const FIRST_OF_APPLE = 0x70;
const FIRST_OF_PYMOBILEDEVICE = 0x50;

/** Names may hold spaces and colons (`Google Chrome He`); what follows the last colon is the number. */
const APPLE =
  /^proc ([^,]{1,64}):-?\d{1,10}(?:, eproc ([^,]{1,64}):-?\d{1,10})?(?:, svc [A-Z_]{2,8})?(?:, (?:in|out))?(?:, [a-z]{1,12}(?: (?:0x[0-9a-f]{1,8}|\d{1,10}))?){0,8}$/;
const PYMOBILEDEVICE =
  /^PID: (-?\d{1,10}), ProcName: ([^,]{0,64}), EPID: (-?\d{1,10}), EProcName: ([^,]{0,64}), SVC: -?[\w.]{1,32}$/;
const UNKNOWN_PID = "-1";

const decoder = new TextDecoder();

/**
 * The process that a comment in `bytes[offset .. offset + length - 1]` (borrowed) says its packet is for, as hostile
 * text of at most 64 characters; null: it names none, or is any other comment.
 */
export function readCommentProcess(bytes: Uint8Array, offset: number, length: number): string | null {
  if (length < MIN_COMMENT_LENGTH || length > MAX_COMMENT_LENGTH) return null;
  const first = bytes[offset];
  if (first !== FIRST_OF_APPLE && first !== FIRST_OF_PYMOBILEDEVICE) return null;
  const text = decoder.decode(bytes.subarray(offset, offset + length));
  const apple = APPLE.exec(text);
  if (apple !== null) return apple[2] ?? apple[1];
  const other = PYMOBILEDEVICE.exec(text);
  if (other === null) return null;
  const [, pid, name, effectivePid, effectiveName] = other;
  if (effectivePid !== UNKNOWN_PID && effectiveName !== "") return effectiveName;
  return pid !== UNKNOWN_PID && name !== "" ? name : null;
}
