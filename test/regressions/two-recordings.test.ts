/** An expectation written by `check --update` from one recording holds for another recording of the same use. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pcap } from "../../src/testing/builders/capture-builder.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { address, answerTo } from "../../src/testing/builders/dns-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder, MORNING } from "../cli/sample-captures.ts";

const CLIENT = "192.168.1.20";
const HOSTS = [
  ["mesu.apple.com", "17.253.21.203"],
  ["gs-loc.apple.com", "17.36.202.12"],
  ["gateway.icloud.com", "17.248.190.33"],
  ["www.example.org", "192.0.2.80"],
] as const;

interface Recording {
  readonly firstPort: number;
  /** Length of each answer's TLS record. */
  readonly answerBytes: number;
  /** Whether names are queried, or known from before. */
  readonly hasNames: boolean;
  readonly arpPackets: number;
  /** The second packet of each connection appears twice. */
  readonly repeats: boolean;
}

/** The same four requests, each answered. */
function recordingOf({ firstPort, answerBytes, hasNames, arpPackets, repeats }: Recording): Uint8Array {
  const capture = pcap();
  let at = MORNING;
  const add = (frame: Uint8Array) => capture.record(frame, { seconds: at++, nanoseconds: 0 });
  for (let i = 0; i < arpPackets; i++) add(packet().ethernet().arp().build());
  for (const [i, [name, server]] of HOSTS.entries()) {
    const port = firstPort + i;
    const up = (flags: string, sequence: number, acknowledgment: number) =>
      packet()
        .ethernet()
        .ipv4({ source: CLIENT, destination: server })
        .tcp({ sourcePort: port, destinationPort: 443, flags, sequence, acknowledgment });
    const down = (flags: string, sequence: number, acknowledgment: number) =>
      packet()
        .ethernet()
        .ipv4({ source: server, destination: CLIENT })
        .tcp({ sourcePort: 443, destinationPort: port, flags, sequence, acknowledgment });
    if (hasNames) {
      const answer = answerTo(name, address(name, server));
      const ends = { source: "192.168.1.1", destination: CLIENT };
      add(
        packet().ethernet().ipv4(ends).udp({ sourcePort: 53, destinationPort: port }).payload(answer).build(),
      );
    }
    const hello = toRecords(buildClientHello(serverName(name)));
    const record = [0x17, 3, 3, answerBytes >> 8, answerBytes & 0xff, ...new Array(answerBytes).fill(i)];
    add(up("S", 100, 0).build());
    add(down("SA", 500, 101).build());
    if (repeats) add(down("SA", 500, 101).build());
    add(up("A", 101, 501).build());
    add(up("PA", 101, 501).payload(hello).build());
    add(
      down("PA", 501, 101 + hello.length)
        .payload(record)
        .build(),
    );
    add(up("A", 101 + hello.length, 501 + record.length).build());
    add(up("FA", 101 + hello.length, 501 + record.length).build());
    add(down("FA", 501 + record.length, 102 + hello.length).build());
    add(up("A", 102 + hello.length, 502 + record.length).build());
  }
  at += 10;
  for (let i = 0; i < arpPackets; i++) add(packet().ethernet().arp().build());
  return capture.build();
}

let folder: CaptureFolder;
let files: readonly string[];
beforeAll(() => {
  folder = new CaptureFolder();
  const monday = { firstPort: 50_100, answerBytes: 900, hasNames: true, arpPackets: 3, repeats: false };
  const tuesday = { firstPort: 61_000, answerBytes: 1300, hasNames: false, arpPackets: 7, repeats: true };
  files = [monday, tuesday].map((recording, i) => folder.put(`${i}.pcap`, recordingOf(recording)));
});
afterAll(() => folder.remove());

it("check accepts the second of two recordings of the same four requests, in either order", async () => {
  for (const [one, other] of [files, [...files].reverse()]) {
    const expected = folder.file("expected.json");
    await runCli(["check", one, expected, "--update"]);
    expect(JSON.parse(readFileSync(expected, "utf8")).products).toMatchObject({
      "Software Update": { evidence: ["server-name"] },
    });
    const { status, stdout } = await runCli(["check", other, expected]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/: as expected, \d+ checked\n$/),
    });
  }
});

it("check rejects the second recording with numbers, unless they have a tolerance", async () => {
  const expected = folder.file("numbers.json");
  await runCli(["check", files[0], expected, "--update", "--numbers"]);
  expect((await runCli(["check", files[1], expected])).status).toBe(5);
  const near = ["--tolerance", "40%", "--slack", "5"];
  expect((await runCli(["check", files[1], expected, ...near])).status).toBe(0);
});
