/**
 * `npm run soak:live`: checks that `appleflow live` uses no more memory the longer it runs. On a separate host (network
 * namespaces, Linux, root) tcpreplay sends new flows, each with a server name, at the given rate; the resident size is read
 * every five seconds. Fails if the last third of the readings, after the time that tables take to fill, is more than 5 %
 * above the third before.
 *
 *   --seconds 600   --rate 20000 (packets per second)   --idle-timeout 30   --snaplen 2048
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { IntervalRecord } from "../src/engine/interval-report.ts";
import { SavedCapture } from "../src/packets/files/saved-capture.ts";
import { buildClientHello, serverName, toRecords } from "../src/testing/builders/client-hello.ts";
import { packet } from "../src/testing/builders/packet-builder.ts";
import { memorySource } from "../test/support/memory-source.ts";
import { DEVICE, Namespace, whyNoNamespace } from "../test/support/namespace.ts";

const LOOK_MS = 5_000;
/** Initial readings that do not count: tables and the young generation fill. */
const FILLING_IDLE_TIMEOUTS = 2;
const MOST_GROWTH = 1.05;
const FLOWS = 5_000;
const MEGABYTE = 1e6;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    rate: { type: "string", default: "20000" },
    "idle-timeout": { type: "string", default: "30" },
    snaplen: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const idleTimeout = Number(values["idle-timeout"]);

const reason = whyNoNamespace();
if (reason !== null) {
  console.log(`soak: ${reason}`);
  process.exit(2);
}

/** Two packets per flow, the second one with a name; tcpreplay changes the addresses in each round. */
async function writeFlows(file: string): Promise<void> {
  const records = Array.from({ length: FLOWS }, (_, i) => {
    const sourcePort = 49_152 + (i % 16_384);
    const source = `10.${1 + (i >> 14)}.${(i >> 7) & 127}.${i & 127}`;
    const name = i % 3 === 0 ? `gateway${i}.icloud.com` : `host${i}.example.com`;
    const hello = toRecords(buildClientHello(serverName(name)));
    const frame = () => packet().ethernet().ipv4({ source, destination: "17.57.144.20" });
    const ports = { sourcePort, destinationPort: i % 2 === 0 ? 443 : 5223 };
    return [
      frame()
        .tcp({ ...ports, flags: "S", sequence: 1 })
        .build(),
      frame()
        .tcp({ ...ports, flags: "A", sequence: 2 })
        .payload(hello)
        .build(),
    ].map((bytes) => ({ bytes, time: BigInt(i) * 1_000_000n }));
  }).flat();
  const source = memorySource(records);
  const saved = new SavedCapture(file, null);
  for await (const block of source.blocks()) saved.write(source, block);
  await saved.close();
}

/** Resident memory of a process in bytes. */
function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

const folder = mkdtempSync(join(tmpdir(), "appleflow-soak-"));
const capture = join(folder, "flows.pcapng");
await writeFlows(capture);
const namespace = await Namespace.make();
const program = [process.execPath, "--import", "tsx", "src/cli/start.ts"];
const [command, ...args] = namespace.within([
  ...program,
  ...["live", DEVICE, "--interval", "1", "--idle-timeout", String(idleTimeout)],
  ...(values.snaplen === undefined ? [] : ["--snaplen", values.snaplen]),
]);
const live = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
let last: IntervalRecord | null = null;
const begun = new Promise<void>((resolve) => {
  createInterface({ input: live.stdout }).on("line", (line) => {
    last = JSON.parse(line) as IntervalRecord;
    resolve();
  });
});
await begun;
const loops = Math.ceil((seconds * Number(values.rate)) / (2 * FLOWS));
const sending = namespace.replay(capture, "--unique-ip", `--loop=${loops}`, `--pps=${values.rate}`, "-K");
const looks: number[] = [];
for (let elapsed = 0; elapsed < seconds; elapsed += LOOK_MS / 1000) {
  await pause(LOOK_MS);
  // nsenter becomes the program: it stays the same process.
  const bytes = residentBytes(live.pid ?? 0);
  const {
    packetsPerSecond = 0,
    liveFlows = 0,
    droppedByKernel = 0,
  } = (last ?? {}) as Partial<IntervalRecord>;
  const counts = `${Math.round(packetsPerSecond)} packets/s, ${liveFlows} live flows, ${droppedByKernel} dropped`;
  console.log(`${elapsed + LOOK_MS / 1000} s: ${(bytes / MEGABYTE).toFixed(1)} MB, ${counts}`);
  if (elapsed >= FILLING_IDLE_TIMEOUTS * idleTimeout) looks.push(bytes);
}
await sending;
live.kill("SIGTERM");
await once(live, "close");
await namespace.remove();
rmSync(folder, { recursive: true });

const third = Math.floor(looks.length / 3);
const before = mean(looks.slice(-2 * third, -third));
const after = mean(looks.slice(-third));
const growth = after / before;
console.log(`soak: ${(before / MEGABYTE).toFixed(1)} MB, then ${(after / MEGABYTE).toFixed(1)} MB`);
if (!(growth <= MOST_GROWTH)) {
  console.log(`soak: it grows, by ${((growth - 1) * 100).toFixed(1)} %`);
  process.exit(1);
}
