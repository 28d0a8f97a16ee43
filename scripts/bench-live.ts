/**
 * `npm run bench:live`: packets per second that live capture delivers and loses, with each backend and beside tcpdump that
 * writes to /dev/null. On separate hosts (network namespaces, Linux, root): tcpreplay sends a mix of 64, 594 and 1518 bytes
 * (7:4:1) over a veth cable. tcpreplay reports what was sent; what is not delivered is lost, whoever counts it. Sender,
 * kernel and reader share the processors, so an unreached rate is the sender's limit.
 *
 *   --rates 100000,300000   packets per second      --seconds 5      --snaplen 256
 *   --gro                   let the interface merge frames (generic receive offload)
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BACKEND_NAMES, type BackendName, type LiveCounters } from "../src/packets/live/live-source.ts";
import { openLive } from "../src/packets/live/open-live.ts";
import { pcap } from "../src/testing/builders/capture-builder.ts";
import { DEVICE, Namespace, whyNoNamespace } from "../test/support/namespace.ts";

const MIX = [64, 594, 64, 64, 594, 64, 594, 64, 64, 594, 64, 1518];
const FRAMES = 1200;
/** Time for the reader to receive everything that was sent. */
const SETTLE_MS = 2_000;

const { values } = parseArgs({
  options: {
    rates: { type: "string", default: "100000,300000" },
    seconds: { type: "string", default: "5" },
    snaplen: { type: "string", default: "256" },
    gro: { type: "boolean", default: false },
    /** For the script itself: captures with this backend, on the host where it was started. */
    capture: { type: "string" },
  },
});

/** The final result of one way of capturing. */
interface Outcome {
  readonly delivered: number;
  readonly counters: LiveCounters | null;
}

/** A way of capturing that runs until its standard input ends, or it gets SIGINT. */
interface Contestant {
  readonly name: string;
  start(namespace: Namespace): Promise<{ readonly finish: () => Promise<Outcome> }>;
}

async function captureHere(backend: BackendName): Promise<void> {
  const source = await openLive(DEVICE, backend, { snaplen: Number(values.snaplen) });
  process.stdin.on("end", () => void source.stop()).resume();
  console.log("ready");
  for await (const _block of source.blocks());
  const counters = source.counters();
  console.log(JSON.stringify({ delivered: counters.received, counters } satisfies Outcome));
}

function collect(child: ChildProcess): { readonly text: () => string } {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { text: () => text };
}

async function waitFor(child: ChildProcess, text: () => string, words: string): Promise<void> {
  while (!text().includes(words)) {
    if (child.exitCode !== null) throw new Error(text());
    await pause(10);
  }
}

function byBackend(backend: BackendName): Contestant {
  return {
    name: `appleflow, ${backend}`,
    async start(namespace) {
      const script = fileURLToPath(import.meta.url);
      const options = ["--capture", backend, "--snaplen", values.snaplen];
      const [program, ...args] = namespace.within([process.execPath, "--import", "tsx", script, ...options]);
      const child = spawn(program, args, { stdio: "pipe" });
      const { text } = collect(child);
      await waitFor(child, text, "ready\n");
      const finish = async () => {
        const ended = once(child, "close");
        child.stdin.end();
        await ended;
        return JSON.parse(text().slice(text().indexOf("{"))) as Outcome;
      };
      return { finish };
    },
  };
}

/** The upper bound: the same program and buffer, without passing the packets on. */
const BARE: Contestant = {
  name: "tcpdump -w /dev/null",
  async start(namespace) {
    const options = ["-n", "-B", "65536", "-s", values.snaplen, "-w", "/dev/null"];
    const [program, ...args] = namespace.within(["tcpdump", "-i", DEVICE, ...options]);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const { text } = collect(child);
    await waitFor(child, text, "listening on");
    const finish = async () => {
      const ended = once(child, "close");
      child.kill("SIGINT");
      await ended;
      return { delivered: Number(/^(\d+) packets? captured/m.exec(text())?.[1]), counters: null };
    };
    return { finish };
  },
};

async function measure(): Promise<void> {
  const reason = whyNoNamespace();
  if (reason !== null) {
    console.log(`skipped: ${reason}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "appleflow-bench-"));
  const namespace = await Namespace.make(values.gro);
  try {
    const file = join(folder, "mix.pcap");
    const builder = pcap();
    for (let i = 0; i < FRAMES; i++) {
      const frame = new Uint8Array(MIX[i % MIX.length]).fill(i & 0xff);
      frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5]);
      builder.record(frame);
    }
    writeFileSync(file, builder.build());
    const seconds = Number(values.seconds);
    console.log(
      `${seconds} s at each rate, ${values.snaplen} bytes of each packet, ${cpus().length} processors`,
    );
    console.log("wanted/s     sent/s  delivered/s      lost  lost %  known to whom             by");
    for (const rate of values.rates.split(",")) {
      for (const contestant of [BARE, ...BACKEND_NAMES.map(byBackend)]) {
        const { finish } = await contestant.start(namespace);
        const loops = String(Math.ceil((Number(rate) * seconds) / FRAMES));
        const begun = performance.now();
        const sent = await namespace.replay(file, "--preload-pcap", "--pps", rate, "--loop", loops);
        const elapsed = (performance.now() - begun) / 1000;
        await pause(SETTLE_MS);
        const { delivered, counters } = await finish();
        const lost = sent - delivered;
        const columns = [
          rate.padStart(8),
          (sent / elapsed).toFixed(0).padStart(10),
          (delivered / elapsed).toFixed(0).padStart(12),
          String(lost).padStart(9),
          ((100 * lost) / sent).toFixed(2).padStart(7),
          "",
          describeLosses(counters).padEnd(24),
          contestant.name,
        ];
        console.log(columns.join(" "));
      }
    }
  } finally {
    await namespace.remove();
    rmSync(folder, { recursive: true });
  }
}

function describeLosses(counters: LiveCounters | null): string {
  if (counters === null) return "";
  return `kernel ${counters.droppedByKernel ?? "unknown"}, us ${counters.droppedByUs}`;
}

if (values.capture === undefined) await measure();
else await captureHere(values.capture as BackendName);
