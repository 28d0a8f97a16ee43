/** HP's printer discovery queries a multicast group by SLP; no Debian program answers. */
import type { LabSession } from "../lab.ts";

/** HP's group, not that of SLP itself. */
const GROUP = "224.0.1.60";

export const session: LabSession = {
  name: "service-location",
  about: "HPLIP's hp-probe searches for printers by SLP on 427; nobody answers",
  packages: ["hplip"],
  rows: ["427/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    lab.expects({
      transport: "udp",
      address: GROUP,
      port: 427,
      verdict: "unanswered",
      because: "there is no printer",
    });
    // It finds its own address by its route to the internet.
    await client.exec(["ip", "route", "add", "default", "via", server.ipv4]);
    await client.exec(["hp-probe", "-bnet", "-mslp", "-t", "2"], { timeoutMs: 60_000, allowedStatuses: [1] });
  },
};
