/** SNMP: queries of a network monitor. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "snmp",
  about: "Net-SNMP: snmpget and snmpwalk of the system group, over IPv4 and IPv6",
  packages: ["snmpd", "snmp"],
  rows: ["161/udp"],
  format: "pcapng",
  async run(lab) {
    const { client, server, folder } = lab;
    const configuration = await lab.write(
      "snmpd.conf",
      [
        "agentaddress udp:161,udp6:161",
        "rocommunity public",
        "rocommunity6 public",
        "sysDescr A server of the lab",
        "sysLocation Lab",
        "sysContact anna@lab.example",
        "sysObjectID 1.3.6.1.4.1.8072.3.2.10",
        "",
      ].join("\n"),
    );
    const snmpd = ["snmpd", "-f", "-Lo", "-C", "-c", configuration, "-I", "system_mib,sysORTable"];
    await server.start(snmpd, { env: { SNMP_PERSISTENT_DIR: folder } });
    await server.waitForPort("udp", 161);
    lab.serves(server, { transport: "udp", port: 161, program: "snmpd" });
    for (const address of [server.ipv4, `udp6:[${server.ipv6}]`]) {
      await client.exec(["snmpget", "-v2c", "-c", "public", address, "1.3.6.1.2.1.1.1.0"]);
      const walk = await client.exec(["snmpwalk", "-v1", "-c", "public", address, "1.3.6.1.2.1.1"]);
      if (!walk.includes("A server of the lab")) throw new Error(`snmpwalk said ${walk}`);
    }
  },
};
