/** Opens captures made elsewhere: on a machine reached by ssh, by a capture server, at the other end of a pipe. */
import { Readable } from "node:stream";
import type { CaptureWay } from "./capture-run.ts";
import { startChild } from "./child-program.ts";
import type { LiveOptions, LiveSource } from "./live-source.ts";
import { parseLocation } from "./remote-location.ts";
import { sshWays } from "./ssh-capture.ts";
import { pipeWays, tcpWays } from "./stream-capture.ts";
import { openSupervised } from "./supervised-source.ts";

/**
 * Begins to capture on another machine; a broken connection is re-established, like a local capture. The caller owns
 * the source, and stops it unless `monitor` does.
 *
 * @param place "user@host" or "user@host:eth0": tcpdump there, by ssh, which must work without prompts; without an
 * interface, tcpdump's default. "tcp://host:port": a program there that serves a capture to whoever connects (PCAP over
 * IP).
 * @param options `filter` is for ssh only: a TCP server has already chosen its packets
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
  const ways = findRemoteWays(place, options);
  return await openSupervised(place, () => ways, options, startChild);
}

/**
 * Reads a capture from a byte stream, pcap or pcapng, as live packets. It ends with the stream.
 *
 * @param stream owned by the source from then on
 * @param name for messages and reports
 * @throws InputError `not_a_capture`, or `capture_ended` if the stream is empty
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
  return await openSupervised(name, async () => pipeWays(bytes), options, startChild);
}

async function findRemoteWays(place: string, options: LiveOptions): Promise<readonly CaptureWay[]> {
  const { tcp, ssh } = parseLocation(place);
  return tcp === null ? await sshWays(place, ssh, options) : tcpWays(place, tcp);
}
