/** DHCP: a lease from the first request to its release. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "dhcp",
  about: "ISC dhcpd and dhclient: a lease asked for, given, and released",
  packages: ["isc-dhcp-server", "isc-dhcp-client"],
  rows: ["67/udp", "68/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server, folder } = lab;
    const configuration = await lab.write(
      "dhcpd.conf",
      `authoritative;
default-lease-time 600;
subnet 10.77.0.0 netmask 255.255.255.0 {
  range 10.77.0.100 10.77.0.110;
  option routers ${server.ipv4};
  option domain-name "lab.example";
}
`,
    );
    await lab.write("dhcpd.leases", "");
    const files = ["-cf", configuration, "-lf", `${folder}/dhcpd.leases`, "-pf", `${folder}/dhcpd.pid`];
    const dhcpd = await server.start(["dhcpd", "-4", "-d", ...files, "eth0"]);
    await dhcpd.waitFor("Sending on   Socket");
    for (const address of [server.ipv4, "255.255.255.255"]) {
      lab.serves(server, { transport: "udp", port: 67, program: "dhcpd", address });
    }
    const settings = await lab.write(
      "dhclient.conf",
      'send host-name "labclient";\nrequest subnet-mask, routers, domain-name;\n',
    );
    const state = ["-cf", settings, "-lf", `${folder}/dhclient.leases`, "-pf", `${folder}/dhclient.pid`];
    // The lease is requested, but the address is left unchanged: /bin/true is the script that would set it.
    const lease = ["dhclient", "-4", "-v", "-sf", "/bin/true", ...state];
    await client.exec([...lease, "-1", "eth0"], { timeoutMs: 60_000 });
    await client.exec(["ip", "address", "add", "10.77.0.100/24", "dev", "eth0"]);
    await client.exec([...lease, "-r", "eth0"]);
    await dhcpd.waitFor("DHCPRELEASE");
  },
};
