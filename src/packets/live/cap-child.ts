/**
 * A separate process that captures with the package cap 0.2.1 and does nothing else, because cap takes down its
 * process: it aborts when the interface disappears, crashes when it is closed after failing to open, and under load
 * blocks all timers and signals. Packets leave by standard output as a classic pcap, messages by standard error. It
 * exits at the end of standard input, so it does not outlive its parent.
 */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Cap } from "cap";
import { systemErrorCode } from "../../errors.ts";
import { LinkType, linkTypeName } from "../../net/link-types.ts";
import {
  type CapMessage,
  type CapOrder,
  type CaptureOrder,
  type ProbeOrder,
  writeCapMessage,
} from "./cap-messages.ts";
import { PacketQueue } from "./packet-queue.ts";
import { canRunAs, readRunAs, runAs } from "./run-as.ts";

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/**
 * With 10 MB, half of 290,000 packets per second were lost in a test. If the interface may merge frames (GRO), libpcap
 * reserves 64 KiB for each packet that cap takes, so that this holds 1,000 of them rather than 40,000.
 */
const KERNEL_BUFFER_BYTES = 64 << 20;
const PROBE_BUFFER_BYTES = 1 << 20;
/** The snaplen that cap requests from libpcap. */
const MAX_PACKET_LENGTH = 65_535;
const QUEUE_BYTES = 32 << 20;
/**
 * Buffered bytes from which on packets are written at once, without waiting for an event loop turn that cap may not
 * allow.
 */
const FLUSH_BYTES = 1 << 16;
/** Bytes after which writing is retried if the reader could not take everything: a slow reader takes what it can, often. */
const RETRY_BYTES = 1 << 13;
const RETRY_MS = 5;
const REPORT_INTERVAL_MS = 1_000;
/** Deviation of the wall clock that is followed. */
const MAX_CLOCK_ERROR_MS = 5;

/** cap's names of link types, which it derives from libpcap's DLT_ values. */
const LINK_TYPES: Readonly<Record<string, number>> = {
  NULL: LinkType.NULL,
  ETHERNET: LinkType.ETHERNET,
  IEEE802_11_RADIO: LinkType.IEEE802_11_RADIOTAP,
  LINKTYPE_LINUX_SLL: LinkType.LINUX_SLL,
  RAW: LinkType.RAW,
};

function send(message: CapMessage): void {
  writeSync(STANDARD_ERROR, writeCapMessage(message));
}

/** `null`: the reader has exited. */
function tryWrite(bytes: Buffer, offset: number, length: number): number | null {
  try {
    return writeSync(STANDARD_OUTPUT, bytes, offset, length);
  } catch (cause) {
    return systemErrorCode(cause) === "EAGAIN" ? 0 : null;
  }
}

function linkTypeOf(words: string): number {
  return LINK_TYPES[words] ?? Number(words.replace(/\D+/g, ""));
}

/** cap has no timestamps: the time is when it delivers a packet. */
class Clock {
  #origin = performance.timeOrigin;
  #checkedAt = 0;

  /** Milliseconds since 1970. */
  now(): number {
    const elapsed = performance.now();
    if (elapsed - this.#checkedAt > REPORT_INTERVAL_MS) {
      this.#checkedAt = elapsed;
      const error = Date.now() - (this.#origin + elapsed);
      if (Math.abs(error) > MAX_CLOCK_ERROR_MS) this.#origin += error;
    }
    return this.#origin + elapsed;
  }
}

function capture(cap: Cap, order: CaptureOrder): void {
  // Referenced for the life of the process: cap does not keep a reference, and would write packets into reused memory.
  const packet = Buffer.alloc(MAX_PACKET_LENGTH + 1);
  // A pipe opened by this process is non-blocking.
  const output = new Socket({ fd: STANDARD_OUTPUT, readable: false, writable: true });
  const user = readRunAs(process.env);
  if (user !== null && process.getuid?.() !== user.uid && !canRunAs()) {
    send({ kind: "keeps-root" });
    output.destroy();
    process.stdin.destroy();
    return;
  }
  let words: string;
  try {
    words = cap.open(order.interfaceName, order.filter, KERNEL_BUFFER_BYTES, packet);
  } catch (error) {
    send({ kind: "not-opened", message: (error as Error).message });
    output.destroy();
    process.stdin.destroy();
    return;
  }
  if (user !== null) runAs(user);
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    cap.close();
  };
  const queue = new PacketQueue(QUEUE_BYTES, linkTypeOf(words), order.snaplen, (bytes, offset, length) => {
    const written = tryWrite(bytes, offset, length);
    if (written === null) end();
    return written ?? length;
  });
  const clock = new Clock();
  let isScheduled = false;
  let flushAt = FLUSH_BYTES;
  let reported = 0;
  let reportedAt = 0;
  const reportDropped = () => {
    if (queue.dropped === reported) return;
    reported = queue.dropped;
    send({ kind: "dropped", count: reported });
  };
  const flush = () => {
    const isEmpty = queue.flush();
    flushAt = isEmpty ? FLUSH_BYTES : queue.length + RETRY_BYTES;
    return isEmpty;
  };
  const drain = () => {
    if (!flush()) setTimeout(drain, RETRY_MS);
    else {
      isScheduled = false;
      reportDropped();
      if (isEnding) output.destroy();
    }
  };
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(drain);
  };
  cap.on("packet", (length) => {
    const now = clock.now();
    const seconds = Math.floor(now / 1000);
    queue.add(packet, length, seconds, Math.floor((now - seconds * 1000) * 1000));
    if (queue.length >= flushAt) {
      flush();
      if (now - reportedAt > REPORT_INTERVAL_MS) {
        reportedAt = now;
        reportDropped();
      }
    }
    schedule();
  });
  process.stdin.on("close", () => {
    end();
    schedule();
  });
  process.stdin.resume();
  schedule();
  send({ kind: "listening" });
}

function probe(order: ProbeOrder, makeCap: () => Cap): void {
  const packet = Buffer.alloc(MAX_PACKET_LENGTH + 1);
  for (const interfaceName of order.interfaceNames) {
    const cap = makeCap();
    try {
      const words = cap.open(interfaceName, "", PROBE_BUFFER_BYTES, packet);
      send({ kind: "opens", interfaceName, linkType: linkTypeName(linkTypeOf(words)) });
      cap.close();
    } catch (error) {
      // Not closed, which would crash; the message is sufficient.
      send({ kind: "opens-not", interfaceName, message: (error as Error).message });
    }
  }
}

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2]) as CapOrder;
  // Ctrl-C in a terminal reaches this process too; the parent decides when to stop.
  process.on("SIGINT", () => {});
  let Cap: typeof import("cap").default.Cap;
  try {
    ({ Cap } = (await import("cap")).default);
  } catch (error) {
    send({ kind: "not-built", message: (error as Error).message.split("\n")[0] });
    process.stdin.destroy();
    return;
  }
  if (order.kind === "capture") {
    capture(new Cap(), order);
  } else {
    send({ kind: "built" });
    probe(order, () => new Cap());
    process.stdin.destroy();
  }
}

await main();
