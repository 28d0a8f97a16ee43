/** STUN and TURN by coturn: binding requests on 3478 and 3479, and a relayed exchange between two allocations. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "turn",
  about: "coturn: STUN on 3478 and 3479 over IPv4 and IPv6, and a TURN relay between two of its own clients",
  packages: ["coturn"],
  rows: ["3478-3497/udp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    const configuration = await lab.write(
      "turnserver.conf",
      `listening-port=3478
alt-listening-port=3479
listening-ip=${server.ipv4}
listening-ip=${server.ipv6}
relay-ip=${server.ipv4}
realm=lab.example
lt-cred-mech
user=anna:lab-password
min-port=50000
max-port=50019
allow-loopback-peers
no-cli
no-tls
no-dtls
userdb=${folder}/users
log-file=stdout
pidfile=${folder}/turnserver.pid
`,
    );
    lab.serves(server, { transport: "udp", port: [3478, 3479], program: "turnserver" });
    await server.start(["turnserver", "-c", configuration]);
    await server.waitForPort("udp", 3479);
    await lab.pause(500);
    await client.exec(["turnutils_stunclient", "-p", "3478", server.ipv4]);
    await client.exec(["turnutils_stunclient", "-p", "3479", server.ipv6]);
    const relay = ["turnutils_uclient", "-u", "anna", "-w", "lab-password", "-n", "3", "-c", "-y"];
    await client.exec([...relay, server.ipv4]);
  },
};
