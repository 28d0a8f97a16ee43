/** A management controller queried over the network by IPMI, as in Lights-Out Management: OpenIPMI's simulator, ipmitool. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "lights-out",
  about: "OpenIPMI's ipmi_sim: ipmitool asks by IPMI 1.5 and 2.0 on 623",
  packages: ["openipmi", "ipmitool"],
  rows: ["623/udp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    const methods = ["callback", "user", "operator", "admin"].map(
      (level) => `allowed_auths_${level} none md5`,
    );
    const configuration = await lab.write(
      "lan.conf",
      `name "lab"
set_working_mc 0x20
  startlan 1
    addr ${server.ipv4} 623
    priv_limit admin
    ${methods.join("\n    ")}
    guid a123456789abcdefa123456789abcdef
  endlan
  user 1 true "" "test" user 10 none md5
  user 2 true "anna" "lab-password" admin 10 none md5
`,
    );
    const commands = await lab.write(
      "controller.emu",
      "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n",
    );
    lab.serves(server, { transport: "udp", port: 623, program: "ipmi_sim" });
    await server.start(["ipmi_sim", "-c", configuration, "-f", commands, "-s", folder, "-n"]);
    await server.waitForPort("udp", 623);
    for (const way of ["lan", "lanplus"]) {
      const ask = ["ipmitool", "-I", way, "-H", server.ipv4, "-U", "anna", "-P", "lab-password"];
      await client.exec([...ask, "mc", "info"]);
    }
  },
};
