/** `--device` reports only the flows of one device, with everything that `--by device` has for it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { address } from "../../src/testing/builders/dns-builder.ts";
import { expectConserved } from "../support/conservation.ts";
import { multicast, sent } from "../support/device-network.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

const PHONE = "fixtures/phone-morning.pcapng";
const OFFICE = "fixtures/office-morning.pcapng";

async function summaryOf(...args: readonly string[]): Promise<Summary> {
  const { status, stdout } = await runCli(["summarize", ...args, "--format", "json"]);
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

function bytesOf({ classes }: Summary): number {
  return Object.values(classes).reduce((sum, { bytes }) => sum + bytes, 0);
}

describe("--device", () => {
  it.each([PHONE, OFFICE])("reports what --by device reports for each device of %s", async (capture) => {
    const { devices, bytes } = await summaryOf(capture);
    expect(devices.length).toBeGreaterThan(3);
    for (const { id, sent: out, received, addresses, macs } of devices) {
      const summary = await summaryOf(capture, "--device", addresses[0] ?? id);
      expectConserved(summary);
      expect(bytesOf(summary), id).toBe(out + received);
      expect(summary.otherFlows?.bytes, id).toBe(bytes.decoded - out - received);
      expect(summary.devices.map((device) => device.id)).toContain(id);
      if (macs.length > 0) {
        expect((await summaryOf(capture, "--device", macs[0].toUpperCase())).classes).toEqual(
          summary.classes,
        );
      }
    }
  });

  it("accepts a name in any case, with or without .local, and an id", async () => {
    const { devices } = await summaryOf(PHONE);
    const wanted = await summaryOf(PHONE, "--device", "iPhone");
    expect(bytesOf(wanted)).toBeGreaterThan(200_000);
    for (const name of ["IPHONE", "iphone.local", devices[0].id]) {
      expect((await summaryOf(PHONE, "--device", name)).groups).toEqual(wanted.groups);
    }
    const { stdout } = await runCli(["flows", PHONE, "--device", "iphone"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(wanted.flows.total);
    for (const line of lines) {
      const { originatorDevice, responderDevice } = JSON.parse(line);
      expect([originatorDevice, responderDevice]).toContain(devices[0].id);
    }
  });

  it("shows the rest of the capture as another device's, so that the report counts each byte once", async () => {
    const { stdout } = await runCli(["summarize", PHONE, "--device", "iPhone"]);
    expect(stdout).toMatch(/^OTHER FLOWS {2}1\.1 kB \(0\.4%\): not selected/m);
  });

  it("hides the name with --anonymise", async () => {
    const { stdout } = await runCli([
      "summarize",
      PHONE,
      "--device",
      "iPhone",
      "--anonymise",
      "--format",
      "json",
    ]);
    const { options, devices } = JSON.parse(stdout);
    expect(options.device).toBe("(hidden)");
    expect(devices.map(({ name }: { name: string | null }) => name)).not.toContain("iPhone");
    const { status, stderr } = await runCli(["summarize", PHONE, "--device", "nobody", "--anonymise"]);
    expect([status, stderr]).toEqual([1, "appleflow: no device has the name or the address nobody\n"]);
  });

  it("lists the devices if none has the given name", async () => {
    const { status, stdout, stderr } = await runCli(["summarize", PHONE, "--device", "anna"]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "appleflow: no device has the name or the address anna; the devices are iPhone, 192.168.1.1, Hall printer, 192.168.1.23\n",
    );
  });

  it("refuses a pipe, and port-only mode, in which devices are not told apart", async () => {
    const pipe = await runCli(["summarize", "-", "--device", "anna"]);
    expect([pipe.status, pipe.stderr]).toEqual([1, expect.stringContaining("save it to a file first")]);
    const ports = await runCli(["summarize", PHONE, "--device", "iPhone", "--no-evidence"]);
    expect([ports.status, ports.stderr]).toEqual([1, expect.stringContaining("cannot be distinguished")]);
  });
});

describe("a device whose name arrives after its flow has ended", () => {
  let folder: CaptureFolder;
  beforeAll(() => {
    folder = new CaptureFolder();
  });
  afterAll(() => folder.remove());

  it("still gets that flow", async () => {
    const mac = { ip: "10.0.0.7", mac: "02:00:00:00:00:07" };
    const server = { ip: "192.0.2.1", mac: "02:00:00:00:00:01" };
    const other = { ip: "10.0.0.8", mac: "02:00:00:00:00:08" };
    const records = [
      sent(mac, server),
      sent(other, server, { at: 1 }),
      multicast(mac, { answers: [address(["annas-mac", "local"], mac.ip)] }, 2),
    ];
    const file = records.reduce((built, { bytes }) => built.packet(bytes), pcapng().section().interface());
    const capture = folder.put("late-name.pcapng", file.build());
    // Only one flow may be live: the first one has ended when the name arrives.
    const { flows, groups } = await summaryOf(capture, "--device", "annas-mac", "--max-flows", "1");
    expect(flows).toMatchObject({ total: 2, evicted: 2 });
    expect(groups.map(({ service }) => service.ports)).toContain("443");
  });
});
