/** tcpdump's recording of a session, and the resulting file. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { hostname, networkInterfaces, release, userInfo } from "node:os";
import { promisify } from "node:util";
import type { LabHost, LabProcess, LabSession } from "./lab.ts";
import { formatConnection } from "./truth.ts";

/** A recording that begins and ends once. */
export interface Recording {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** tcpdump delivers each packet at once; remaining ones arrive within this time at the end. */
const LAST_PACKETS_MS = 250;

/** More than a capture of the allowed size can need. */
const MAX_TEXT_BYTES = 16_000_000;

const execute = promisify(execFile);

/** A recording of `host`'s interface eth0 to `file`, with the session's options. */
export function recordOn(host: LabHost, file: string, session: LabSession): Recording {
  let tcpdump: LabProcess | null = null;
  let isOver = false;
  return {
    async start() {
      if (tcpdump !== null) throw new Error("the recording has been started already");
      const snaplen = session.snaplen === undefined ? [] : ["-s", String(session.snaplen)];
      tcpdump = await host.start([
        ...["tcpdump", "-i", "eth0", "-U", "--immediate-mode", "-Z", "root", "-w", file],
        ...snaplen,
        ...(session.recordsOnly ?? []),
      ]);
      await tcpdump.waitFor("listening on");
    },
    async stop() {
      if (tcpdump === null) throw new Error("nothing was recorded");
      if (isOver) return;
      isOver = true;
      await new Promise((resolve) => setTimeout(resolve, LAST_PACKETS_MS));
      await tcpdump.stop("SIGINT");
      if (!/^0 packets dropped by kernel/m.test(tcpdump.output())) {
        throw new Error(`tcpdump did not keep all packets: ${tcpdump.output()}`);
      }
    },
  };
}

/** Writes a recording as `target` in the session's format: tcpdump writes pcap only, editcap converts it to pcapng. */
export async function convertRecording(
  file: string,
  target: string,
  format: LabSession["format"],
): Promise<void> {
  await execute("editcap", ["-F", format, file, target]);
}

/** tcpdump's output for a packet with SYN: addresses with a port after the last dot, and the flags. */
const SYN_LINE = /^IP6? (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[(S[^\]]*)\]/;

/** Returns the TCP connections with a SYN in a recording, in order, as read by tcpdump. */
export async function readHandshakes(file: string): Promise<readonly string[]> {
  const { stdout } = await execute("tcpdump", ["-nn", "-t", "-r", file], { maxBuffer: MAX_TEXT_BYTES });
  const connections = stdout.split("\n").flatMap((line) => {
    const [, from, fromPort, to, toPort, flags] = SYN_LINE.exec(line) ?? [];
    if (flags === undefined) return [];
    const sender = { address: from, port: Number(fromPort) };
    const receiver = { address: to, port: Number(toPort) };
    const isAnswer = flags.includes(".");
    return [isAnswer ? formatConnection(receiver, sender) : formatConnection(sender, receiver)];
  });
  return [...new Set(connections)];
}

/** Throws if a capture contains a text that identifies the recording machine. */
export async function checkPrivacy(file: string): Promise<void> {
  const bytes = await readFile(file);
  const found = findPrivateTexts().filter((text) => bytes.includes(text));
  if (found.length > 0) throw new Error(`the capture tells of this machine: ${found.join(", ")}`);
}

/** Shorter ones occur by chance. */
const SHORTEST_PRIVATE_TEXT = 4;
/** What many machines have in common identifies none. */
const EVERYWHERE = new Set(["root", "localhost", "debian", "127.0.0.1", "/root/"]);

function findPrivateTexts(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address),
  );
  const { username, homedir } = userInfo();
  const texts = [hostname(), release(), username, `${homedir}/`, `${process.cwd()}/`, ...addresses];
  return texts.filter((text) => text.length >= SHORTEST_PRIVATE_TEXT && !EVERYWHERE.has(text));
}
