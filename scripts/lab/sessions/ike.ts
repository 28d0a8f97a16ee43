/**
 * Two strongSwan daemons negotiate keys: IKE_SA_INIT on 500, then, because one claims to be behind a NAT, everything on 4500.
 * Not every kernel has ESP, so the security association has no child (RFC 6023).
 */
import type { LabHost, LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "ike",
  about: "strongSwan on both hosts: IKEv2 on 500 and, with NAT traversal forced, on 4500, over IPv4 and IPv6",
  packages: ["charon-systemd", "strongswan-swanctl", "libstrongswan-standard-plugins"],
  rows: ["500/udp", "4500/udp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    for (const port of [500, 4500]) {
      lab.serves(server, { transport: "udp", port, program: "charon-systemd" });
    }
    await startDaemon(server);
    await startDaemon(client);
    const secret = "secrets { ike-lab { secret = lab-password } }\n";
    const ends = (own: string, other: string) =>
      `version = 2
      encap = yes
      childless = force
      local { auth = psk
        id = ${own}.example }
      remote { auth = psk
        id = ${other}.example }`;
    await load(server, `connections { lab { ${ends("server", "client")} } }\n${secret}`);
    const connections = [server.ipv4, server.ipv6].map(
      (address, index) =>
        `lab${index} { remote_addrs = ${address}\n mobike = no\n ${ends("client", "server")} }`,
    );
    await load(client, `connections { ${connections.join("\n")} }\n${secret}`);
    for (const connection of ["lab0", "lab1"]) {
      await client.exec(["swanctl", "--initiate", "--ike", connection, "--timeout", "10"]);
      await client.exec(["swanctl", "--terminate", "--ike", connection, "--timeout", "10"]);
    }
  },
};

async function startDaemon(host: LabHost): Promise<void> {
  await host.start(["charon-systemd"]);
  await host.waitForPort("udp", 4500);
}

/** Gives the daemon its connections and secrets. */
async function load(host: LabHost, configuration: string): Promise<void> {
  await host.exec(["tee", "/etc/swanctl/swanctl.conf"], { input: configuration });
  await host.exec(["swanctl", "--load-all"]);
}
