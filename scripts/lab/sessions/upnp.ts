/** A router found by SSDP: miniupnpd answers searches and is then queried over HTTP, on a port in the ephemeral range. */
import type { LabSession } from "../lab.ts";
import { startPortMapper } from "../port-mapper.ts";

export const session: LabSession = {
  name: "upnp",
  about: "miniupnpd: upnpc finds the router by SSDP (1900) and opens a port by SOAP on 49200",
  packages: ["gcc", "miniupnpd", "miniupnpd-nftables", "miniupnpc"],
  rows: ["1900/udp", "49152-65535/tcp"],
  format: "pcap",
  // After discovery, upnpc queries the state in a dozen connections; the initial announcements are as many again.
  recordsLater: true,
  async run(lab) {
    const { client, server } = lab;
    lab.serves(server, { transport: "udp", port: 1900, program: "miniupnpd" });
    for (const address of ["239.255.255.250", "ff02::c", "ff05::c", "ff0e::c"]) {
      lab.serves(server, { transport: "udp", port: 1900, program: "miniupnpd", address });
    }
    lab.serves(server, { transport: "tcp", port: 49_200, program: "miniupnpd" });
    await startPortMapper(lab);
    await lab.pause(1_000);
    await lab.recording.start();
    await client.exec(["upnpc", "-m", "eth0", "-a", client.ipv4, "5900", "5900", "TCP", "600"]);
  },
};
