import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "apple-dhcp",
  about: "A lease by DHCP with a Mac's host name (udhcpc at dnsmasq), renewed by unicast",
  packages: ["dnsmasq-base", "udhcpc"],
  rows: ["67/udp", "68/udp"],
  format: "pcap",
  async run(lab) {
    const range = lab.server.ipv4.replace(/\d+$/, "");
    const options = [
      "--no-daemon",
      "--port=0",
      "--interface=eth0",
      "--bind-interfaces",
      "--log-dhcp",
      "--user=root",
      "--conf-file=/dev/null",
    ];
    const server = await lab.server.start([
      ...[
        "dnsmasq",
        ...options,
        `--dhcp-range=${range}150,${range}199,255.255.255.0,2m`,
        "--dhcp-authoritative",
        "--no-ping",
      ],
      ...["--domain=lab.example", `--dhcp-leasefile=${lab.folder}/leases`],
    ]);
    await server.waitFor("DHCP");
    lab.serves(lab.server, { transport: "udp", port: 67, program: "dnsmasq" });
    lab.serves(lab.server, { transport: "udp", port: 67, program: "dnsmasq", address: "255.255.255.255" });
    // udhcpc relies on a script to configure the leased address.
    const script = '#!/bin/sh\n[ "$1" != bound ] || ip address add "$ip/24" dev eth0\n';
    const path = await lab.write("lease.sh", script);
    await lab.client.exec(["chmod", "+x", path]);
    // The first signal requests a renewal, which goes to the server's own address; the second releases the lease.
    const client = `udhcpc -f -i eth0 -s ${path} -x hostname:annas-macbook -V "" & sleep 1`;
    const signals = "kill -USR1 $!; sleep 1; kill -USR2 $!; sleep 0.3; kill $!";
    const printed = await lab.client.exec(["sh", "-c", `exec 2>&1; ${client}; ${signals}`]);
    if (printed.split("obtained").length !== 3) {
      throw new Error(`the lease was not given and renewed: ${printed}`);
    }
    lab.expects({ transport: "udp", address: "255.255.255.255", port: 67, verdict: "works" });
  },
};
