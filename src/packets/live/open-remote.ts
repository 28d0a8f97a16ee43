/** Opens captures that are made elsewhere: on a machine that ssh reaches, by a server of captures, at the other end of a pipe. */
import { Readable } from "node:stream";
import { InputError } from "../../errors.ts";
import type { CaptureWay } from "./capture-run.ts";
import type { LiveOptions, LiveSource } from "./live-source.ts";
import { type SshPlace, sshWays } from "./ssh-capture.ts";
import { startHere } from "./start-here.ts";
import { pipeWays, type TcpPlace, tcpWays } from "./stream-capture.ts";
import { openSupervised } from "./supervised-source.ts";

const TCP = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})\/?$/;
const SSH = /^(?!-)((?:[^@:/\s]+@)?(?:\[[^\]\s]+\]|[^@:/[\]\s]+))(?::([^\s]+))?$/;
const MOST_PORT = 65_535;

/**
 * Begins to capture on another machine; a connection that breaks is made again, as a local capture is begun again. The
 * caller owns the source, and stops it if `monitor` does not.
 *
 * @param place "user@host" or "user@host:eth0": tcpdump there, by ssh, which must not have to ask for anything; without an
 *   interface it is the one that tcpdump takes. "tcp://host:port": a program there that serves a capture to whoever connects
 *   (PCAP over IP).
 * @param options `filter` is for ssh only: who serves by TCP has chosen already
 * @throws InputError `bad_argument`, `capture_failed`, `capture_ended`, `no_permission`, `no_backend`
 *
 * @example
 * ```ts
 * import { openRemote } from "appleflow";
 *
 * const source = await openRemote("root@gateway:br-lan", { onEvent: ({ message }) => console.error(message) });
 * ```
 */
export async function openRemote(place: string, options: LiveOptions = {}): Promise<LiveSource> {
  const ways = waysTo(place, options);
  return await openSupervised(place, () => ways, options, startHere);
}

/**
 * Reads a capture that comes as a stream of bytes, pcap or pcapng, as live packets. Its end is the end.
 *
 * @param stream owned by the source from then on
 * @param name for messages and reports
 * @throws InputError `not_a_capture`, or `capture_ended` where nothing comes
 *
 * @example
 * ```ts
 * import { openStream } from "appleflow";
 *
 * const source = await openStream(process.stdin, "-");
 * ```
 */
export async function openStream(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  options: LiveOptions = {},
): Promise<LiveSource> {
  const bytes = stream instanceof Readable ? stream : Readable.from(stream, { objectMode: false });
  return await openSupervised(name, async () => pipeWays(bytes), options, startHere);
}

async function waysTo(place: string, options: LiveOptions): Promise<readonly CaptureWay[]> {
  const { tcp, ssh } = parsePlace(place);
  return tcp === null ? await sshWays(place, ssh, options) : tcpWays(place, tcp);
}

/** What a place means. Throws `InputError` for what is none. */
export function parsePlace(
  place: string,
): { readonly tcp: TcpPlace; readonly ssh: null } | { readonly tcp: null; readonly ssh: SshPlace } {
  const [, bracketed, plain, digits] = TCP.exec(place) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port > 0 && port <= MOST_PORT) {
    return { tcp: { host: bracketed ?? plain, port }, ssh: null };
  }
  const [, host, interfaceName] = SSH.exec(place) ?? [];
  if (host === undefined || place.includes("://")) {
    throw new InputError(
      "bad_argument",
      `"${place}" is no place to capture: it is "user@host", "user@host:interface" or "tcp://host:port"`,
    );
  }
  return { tcp: null, ssh: { host: host.replace(/[[\]]/g, ""), interfaceName: interfaceName ?? null } };
}
