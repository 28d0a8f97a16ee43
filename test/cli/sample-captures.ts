/** Small captures for tests of the command line, in a temporary folder. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";

/** 2026-01-31T09:00:00Z */
export const MORNING = 1_769_850_000;

/** A temporary folder for test files. */
export class CaptureFolder {
  readonly path = mkdtempSync(join(tmpdir(), "appleflow-cli-"));

  /** Writes a file and returns its path. */
  put(name: string, content: Uint8Array | string): string {
    const path = this.file(name);
    writeFileSync(path, content);
    return path;
  }

  /** Returns the path of a file with this name, existing or not. */
  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

const inside = (last: number) =>
  packet()
    .ethernet()
    .ipv4({ source: `10.0.0.${last}`, destination: "17.57.144.1" });
const answer = (last: number) =>
  packet()
    .ethernet()
    .ipv4({ source: "17.57.144.1", destination: `10.0.0.${last}` });

const FRAMES = [
  // Push notifications and others on 5223, in both directions.
  inside(1).tcp({ sourcePort: 60_001, destinationPort: 5223, flags: "S" }).build(),
  answer(1).tcp({ sourcePort: 5223, destinationPort: 60_001, flags: "SA" }).payload(1000).build(),
  // World Wide Web (generic) and many others, including iTunes U (ended).
  inside(2).tcp({ sourcePort: 60_002, destinationPort: 80, flags: "S" }).payload(500).build(),
  // Messages, FaceTime and Game Center.
  inside(3).udp({ sourcePort: 60_003, destinationPort: 16_385 }).payload(200).build(),
  // A single product: Bonjour.
  packet()
    .ethernet()
    .ipv4({ source: "10.0.0.4", destination: "224.0.0.251" })
    .udp({ sourcePort: 5353, destinationPort: 5353 })
    .payload(100)
    .build(),
  // DNS is listed without a product, 4 is not listed.
  inside(5).udp({ sourcePort: 60_005, destinationPort: 53 }).payload(40).build(),
  inside(5).tcp({ sourcePort: 60_006, destinationPort: 4, flags: "S" }).build(),
  // Not decoded.
  packet().ethernet().arp().build(),
  packet().ethernet().ipv4().icmp().build(),
  packet().ethernet().ipv4({ headerWords: 3 }).tcp().build(),
];

/** Ten packets, one per second: every class that a report distinguishes except unsupported link types. */
export function officeCapture(): Uint8Array {
  const builder = pcap();
  for (const [i, frame] of FRAMES.entries()) {
    builder.record(frame, { seconds: MORNING + i, nanoseconds: 500_000_000 });
  }
  return builder.build();
}

/** The same capture, truncated in the middle of its last record. */
export function cutCapture(): Uint8Array {
  return officeCapture().slice(0, -7);
}

/** `count` flows of one packet each. */
export function capturesOfFlows(count: number): Uint8Array {
  const builder = pcap();
  for (let i = 0; i < count; i++) {
    const ports = { sourcePort: 50_100 + (i % 10_000), destinationPort: 5223, flags: "S" };
    const source = `10.0.${Math.floor(i / 10_000)}.9`;
    builder.record(packet().ethernet().ipv4({ source }).tcp(ports).build(), { seconds: MORNING + i });
  }
  return builder.build();
}

/** Two interfaces; the second has an unknown link type, the first dropped packets. */
export function mixedCapture(interfaceName = "en0"): Uint8Array {
  return pcapng()
    .section()
    .interface({ linkType: 1, name: interfaceName })
    .interface({ linkType: 147, name: "odd0" })
    .packet(FRAMES[0], { interfaceId: 0 })
    .packet([1, 2, 3, 4], { interfaceId: 1 })
    .packet([5, 6, 7, 8], { interfaceId: 1 })
    .statistics({ interfaceId: 0, received: 10n, dropped: 1234n })
    .build();
}
