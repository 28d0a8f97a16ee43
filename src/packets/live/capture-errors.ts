/** Errors of live capture, with advice for this system. */
import { platform } from "node:os";
import { InputError } from "../../errors.ts";
import { shellWord } from "../../shell-word.ts";

/** Stable names; each is an `InputErrorCode`. */
export type CaptureErrorCode =
  | "no_permission"
  | "no_backend"
  | "no_such_interface"
  | "interface_down"
  | "interface_gone"
  | "capture_ended"
  | "capture_failed";

const PATTERNS: readonly (readonly [RegExp, CaptureErrorCode, string])[] = [
  [/interface disappeared|interface went down/i, "interface_gone", "the interface is gone"],
  [/permission|not permitted|CAP_NET_RAW/i, "no_permission", "no permission to capture here"],
  [
    /No such (?:network )?device|device not configured|no such interface/i,
    "no_such_interface",
    "there is no such interface",
  ],
  [/device is not up|(?:interface|network) is down/i, "interface_down", "the interface is down"],
];

/**
 * Converts a message of libpcap (1.5 to 1.10) about an interface to an error; null if it is not about the interface,
 * such as complaints of the filter compiler, which are too numerous to list.
 */
export function readLibpcapError(text: string, interfaceName: string): InputError | null {
  for (const [pattern, code, detail] of PATTERNS) {
    if (pattern.test(text)) return captureError(code, interfaceName, detail);
  }
  return null;
}

/** The error for other libpcap messages if there is a filter: `detail` is the filter compiler's complaint. */
export function filterError(filter: string, interfaceName: string, detail: string): InputError {
  return new InputError("bad_filter", `filter "${filter}": ${detail}`, { source: interfaceName });
}

/** Errors that may pass, also by an action of the user. */
const MAY_PASS: readonly string[] = [
  "no_such_interface",
  "interface_down",
  "interface_gone",
  "capture_ended",
  "capture_failed",
] satisfies readonly CaptureErrorCode[];

/** Whether retrying later may help: an interface may come back, a killed program can be restarted. */
export function mayPass(error: InputError): boolean {
  return MAY_PASS.includes(error.code);
}

/** Returns the error of capturing on `interfaceName`: `detail` is the problem, the code determines the advice. */
export function captureError(code: CaptureErrorCode, interfaceName: string, detail: string): InputError {
  const remedy = remedyOf(code, interfaceName);
  const message = `${interfaceName}: ${detail}${remedy === "" ? "" : `; ${remedy}`}`;
  return new InputError(code, message, { source: interfaceName });
}

function remedyOf(code: CaptureErrorCode, interfaceName: string): string {
  const isMac = platform() === "darwin";
  switch (code) {
    case "no_permission":
      return isMac
        ? `sudo appleflow live ${shellWord(interfaceName)}; for good: see "appleflow doctor"`
        : 'it needs CAP_NET_RAW: "appleflow doctor" has the commands';
    case "no_backend":
      return '"appleflow doctor" says how to get it';
    case "no_such_interface":
      return '"appleflow interfaces" lists them';
    case "interface_down":
      return upCommand(interfaceName, isMac);
    default:
      return "";
  }
}

/** For a shell. A name that looks like an option must be escaped as an operand. */
function upCommand(interfaceName: string, isMac: boolean): string {
  const looksLikeOption = interfaceName.startsWith("-");
  const word = shellWord(interfaceName);
  if (isMac) return `sudo ifconfig ${looksLikeOption ? "-- " : ""}${word} up`;
  return `sudo ip link set ${looksLikeOption ? "dev " : ""}${word} up`;
}
