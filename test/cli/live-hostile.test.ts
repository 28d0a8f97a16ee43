/** Hostile and wide names in every view of the live screen. */
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { address, buildDns, MDNS_RESPONSE_FLAGS, service } from "../../src/testing/builders/dns-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { type MemoryRecord, memorySource } from "../support/memory-source.ts";
import { UTF8 } from "./office-screen.ts";
import { LiveRun } from "./run-live.ts";

const ENTER = "\r";
const ESCAPE = "\x1b";
const EVIL = "\x1b[2J\u202e\nowned\x07";
const WIDE = "客厅的电视客厅的电视客厅的电视";

/** A device with this name that connects to a server whose name begins with it. */
function packetsOf(name: string): MemoryRecord[] {
  const frame = packet().ethernet({ source: "f0:18:98:00:00:07" });
  const device = "10.0.0.7";
  const answers = [
    service([name, "_airplay", "_tcp", "local"], 7000, [name, "local"]),
    address([name, "local"], device),
  ];
  const announcement = frame
    .ipv4({ source: device, destination: "224.0.0.251" })
    .udp({ sourcePort: 5353, destinationPort: 5353 })
    .payload(buildDns({ flags: MDNS_RESPONSE_FLAGS, answers }));
  const hello = toRecords(buildClientHello(serverName(Buffer.from(`${name}.apple.com`, "utf8"))));
  const asking = frame
    .ipv4({ source: device, destination: "17.0.0.1" })
    .tcp({ sourcePort: 50_000, destinationPort: 443, flags: "PA" })
    .payload(hello);
  return [announcement, asking].map((one) => ({ bytes: one.build(), time: 0n }));
}

describe.each([
  ["hostile", EVIL],
  ["double-width", WIDE],
])("%s names on the live screen", (_, name) => {
  it.each([40, 80, 120, 200])("are shown as text of at most %i columns in every view", async (columns) => {
    const source = new FakeLiveSource(memorySource(packetsOf(name)));
    const run = new LiveRun(["eth0"], { interfaces: { eth0: source }, size: [columns, 24], env: UTF8 });
    await run.begun();
    source.release();
    await run.clock.advance(1000);
    const shown: string[] = [];
    for (const key of ["2", ENTER, ENTER, ENTER, "3", ENTER, ESCAPE, "4", "5", "/", name]) {
      await run.press(key);
      shown.push(...run.screen.lines);
    }
    for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    // The device has this name, or what remains of it.
    expect(shown.join("\n")).toContain(name === WIDE ? "客厅" : "\\x1b[2J");
    for (const unsafe of ["\u202e", "\x07", "\x1b[2J\u202e"]) expect(run.stdout).not.toContain(unsafe);
    await run.press(ENTER, "q");
    expect(await run.status).toBe(0);
  });
});
