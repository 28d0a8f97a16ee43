/** NTP: time queries without setting a clock, by a daemon and by a one-shot program. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "ntp",
  about: "chronyd as server and as client that only asks, and ntpdate (ntpsec), over IPv4 and IPv6",
  packages: ["ntpsec-ntpdate", "libedit2", "libgnutls30", "libnettle8", "libseccomp2"],
  unpacks: ["chrony"],
  rows: ["123/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server, folder } = lab;
    const chronyd = `${folder}/unpacked/chrony/usr/sbin/chronyd`;
    const serving = await lab.write(
      "server.conf",
      `local stratum 8\nallow all\ncmdport 0\nbindcmdaddress /\npidfile ${folder}/server.pid\n`,
    );
    // -x: does not change the clock.
    await server.start([chronyd, "-x", "-d", "-u", "root", "-f", serving]);
    await server.waitForPort("udp", 123);
    lab.serves(server, { transport: "udp", port: 123, program: chronyd });
    for (const address of [server.ipv4, server.ipv6]) {
      const asking = ["cmdport 0", "bindcmdaddress /", `pidfile ${folder}/client.pid`, "maxsamples 3"];
      await client.exec([chronyd, "-u", "root", "-Q", "-t", "15", `server ${address} iburst`, ...asking]);
      await client.exec(["ntpdate", "-q", "-p", "2", address]);
    }
  },
};
