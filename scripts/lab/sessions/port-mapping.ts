/**
 * Port mappings requested from a router: NAT-PMP by natpmpc, PCP by libtorrent (the only Debian client that speaks it), and
 * the router's announcement to 5350 when its own address has changed. miniupnpd answers.
 */
import type { LabSession } from "../lab.ts";
import { startPortMapper } from "../port-mapper.ts";

/** libtorrent asks its default gateway; peers, trackers and other discovery are off. */
const MAPPER = `
import libtorrent, sys, time
session = libtorrent.session({
    "listen_interfaces": sys.argv[1] + ":6881",
    "enable_natpmp": True, "enable_upnp": False, "enable_lsd": False, "enable_dht": False,
    "alert_mask": libtorrent.alert.category_t.port_mapping_notification,
})
mapped = 0
deadline = time.monotonic() + 8
while mapped < 2 and time.monotonic() < deadline:
    session.wait_for_alert(500)
    mapped += sum(isinstance(alert, libtorrent.portmap_alert) for alert in session.pop_alerts())
sys.exit(0 if mapped == 2 else 1)
`;

export const session: LabSession = {
  name: "port-mapping",
  about: "miniupnpd: natpmpc (NAT-PMP) and libtorrent (PCP) ask for ports on 5351; announcements go to 5350",
  packages: ["gcc", "miniupnpd", "miniupnpd-nftables", "natpmpc", "python3-libtorrent"],
  rows: ["5350/udp", "5351/udp"],
  format: "pcapng",
  recordsOnly: ["not", "port", "1900"],
  async run(lab) {
    const { client, server } = lab;
    lab.serves(server, { transport: "udp", port: 5351, program: "miniupnpd" });
    for (const address of ["224.0.0.1", "ff02::1"]) {
      // Announcements went to 5351 before RFC 6886; miniupnpd serves both kinds of listeners.
      lab.serves(client, { transport: "udp", port: [5350, 5351], program: "whoever listens", address });
    }
    const daemon = await startPortMapper(lab);
    await client.exec(["ip", "route", "add", "default", "via", server.ipv4]);
    await client.exec(["natpmpc", "-g", server.ipv4, "-a", "0", "5900", "tcp", "600"]);
    await client.exec(["/usr/bin/python3", await lab.write("mapper.py", MAPPER), client.ipv4]);
    process.kill(daemon.pid, "SIGUSR1");
    await lab.pause(500);
  },
};
