import { startAvahi } from "../apple/bonjour.ts";
import { pythonCommand } from "../apple/python-programs.ts";
import { hideKernelRelease } from "../kernel-release.ts";
import type { LabSession } from "../lab.ts";

const PRINTER_PORT = 54_321;
const AIRPLAY_PORT = 7000;
const TYPES = ["_ipp._tcp", "_airplay._tcp"];

export const session: LabSession = {
  name: "apple-printer",
  about:
    "A printer (CUPS' ippeveprinter) on a dynamic port and an AirPlay receiver (imitated) on 7000, found by Bonjour",
  packages: ["avahi-daemon", "cups-ipp-utils", "python3", "python3-zeroconf", "gcc"],
  rows: ["5353/udp"],
  format: "pcapng",
  async run(lab) {
    const receiver = await lab.server.start(pythonCommand("airplay-receiver", "0.0.0.0", AIRPLAY_PORT));
    await receiver.waitFor("listening");
    lab.serves(lab.server, { transport: "tcp", port: AIRPLAY_PORT, program: "python3" });
    await startAvahi(lab, [
      {
        name: "Living Room",
        type: "_airplay._tcp",
        port: AIRPLAY_PORT,
        text: ["model=AudioAccessory5,1", "features=0x4A7FCA00"],
      },
    ]);
    // The browser listens on the same port as the announcer, and neither asks more than the other.
    lab.serves(lab.client, { transport: "udp", port: 5353, program: "python3" });
    // The printer registers itself with Avahi.
    await lab.server.start(["ippeveprinter", "-p", String(PRINTER_PORT), "-d", lab.folder, "Office Printer"]);
    await lab.server.waitForPort("tcp", PRINTER_PORT);
    // Until Avahi has announced it twice: from then on it answers by unicast as often as by multicast, in every run.
    await lab.pause(3000);
    lab.serves(lab.server, { transport: "tcp", port: PRINTER_PORT, program: "ippeveprinter" });
    const found = await lab.client.exec(
      pythonCommand("bonjour-browser", lab.client.ipv4, ...TYPES.map((type) => `${type}.local.`)),
    );
    const ports = new Map(
      found
        .trim()
        .split("\n")
        .map((line) => [line.split(" ")[0], line.split(" ")[2]]),
    );
    const printerPort = ports.get("_ipp._tcp.local.");
    const uri = `ipp://${lab.server.ipv4}:${printerPort}/ipp/print`;
    await lab.client.exec(["ipptool", "-q", uri, "get-printer-attributes.test"], {
      allowedStatuses: [1],
      env: await hideKernelRelease(lab, lab.client),
    });
    await lab.client.exec(
      pythonCommand("airplay-sender", lab.server.ipv4, ports.get("_airplay._tcp.local.") ?? 0),
    );
    for (const port of [PRINTER_PORT, AIRPLAY_PORT]) {
      lab.expects({ transport: "tcp", address: lab.server.ipv4, port, verdict: "works" });
    }
  },
};
