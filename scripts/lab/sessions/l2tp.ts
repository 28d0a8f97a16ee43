/**
 * L2TP's control connection, a call and its end. PPP would follow in data messages on the same ports, but needs kernel
 * support: without it pppd gives up, and the call is cleared.
 */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "l2tp",
  about: "xl2tpd on both hosts: a tunnel and a call on 1701 are set up and cleared",
  packages: ["xl2tpd"],
  rows: ["1701/udp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    const atServer = await lab.write(
      "server.conf",
      `[global]
port = 1701
access control = no
[lns default]
ip range = 10.77.9.10-10.77.9.20
local ip = 10.77.9.1
require authentication = no
hostname = labserver
`,
    );
    const atClient = await lab.write(
      "client.conf",
      `[global]
port = 1701
access control = no
[lac lab]
lns = ${server.ipv4}
redial = no
hostname = labclient
`,
    );
    lab.serves(server, { transport: "udp", port: 1701, program: "xl2tpd" });
    await server.exec(["mkdir", "-p", "/run/xl2tpd"]);
    await client.exec(["mkdir", "-p", "/run/xl2tpd"]);
    await server.start(["xl2tpd", "-D", "-c", atServer, "-C", `${folder}/server.control`]);
    await server.waitForPort("udp", 1701);
    const control = `${folder}/client.control`;
    const dialler = await client.start(["xl2tpd", "-D", "-c", atClient, "-C", control]);
    await client.waitForPort("udp", 1701);
    await client.exec(["xl2tpd-control", "-c", control, "connect-lac", "lab"]);
    await dialler.waitFor("Call established");
    await lab.pause(1_000);
    await client.exec(["xl2tpd-control", "-c", control, "disconnect-lac", "lab"], { allowedStatuses: [1] });
    await lab.pause(1_500);
  },
};
