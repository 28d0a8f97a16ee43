/** What a call is made of beside its signalling: STUN by coturn's programs, and RTP in both directions. */
import type { Lab } from "../lab.ts";
import type { AppleHost } from "./apple-hosts.ts";
import type { AddressFamily } from "./clients.ts";
import { pythonCommand } from "./python-programs.ts";

const STUN_PORT = 3478;
const USER = "anna";
const PASSWORD = "lab";

/** Starts coturn (STUN and TURN, UDP only) on a host's addresses. */
export async function startStunService(lab: Lab, host: AppleHost): Promise<void> {
  const configuration = await lab.write(
    "turnserver.conf",
    [
      ...[`listening-port=${STUN_PORT}`, `listening-ip=${host.ipv4}`, `listening-ip=${host.ipv6}`],
      ...[
        `relay-ip=${host.ipv4}`,
        "min-port=16393",
        "max-port=16402",
        "lt-cred-mech",
        `user=${USER}:${PASSWORD}`,
      ],
      ...[
        "realm=lab.example",
        "no-tcp",
        "no-tls",
        "no-dtls",
        "no-cli",
        "no-rfc5780",
        "no-software-attribute",
      ],
      ...[
        "allow-loopback-peers",
        `userdb=${lab.folder}/turn.sqlite`,
        `pidfile=${lab.folder}/turn.pid`,
        "log-file=stdout",
        "",
      ],
    ].join("\n"),
  );
  await lab.server.start(["turnserver", "-c", configuration]);
  await lab.server.waitForPort("udp", STUN_PORT);
  for (const address of [host.ipv4, host.ipv6]) {
    lab.serves(lab.server, { transport: "udp", port: STUN_PORT, program: "turnserver", address });
  }
}

/** Asks for the client's own address (a STUN binding). Without an answer the client gives up: no failure here. */
export async function askStun(lab: Lab, host: AppleHost, family: AddressFamily): Promise<string> {
  const command = ["timeout", "6", "turnutils_stunclient", "-p", String(STUN_PORT), host[family]];
  return lab.client.exec(command, { allowedStatuses: [1, 124, 255] });
}

/**
 * Half a second of audio between the client and one of the server's addresses, on the same port of both: neither end is
 * the service more than the other. The client speaks first, or is made unable to and hears only.
 */
export async function callWithRtp(
  lab: Lab,
  address: string,
  port: number,
  options: { readonly clientIsMute?: boolean } = {},
): Promise<void> {
  const clientAddress = lab.client[address.includes(":") ? "ipv6" : "ipv4"];
  const clientSide = ["--local", clientAddress, port, "--remote", address, port] as const;
  const serverSide = ["--local", address, port, "--remote", clientAddress, port] as const;
  lab.serves(lab.server, { transport: "udp", port, program: "python3", address });
  lab.serves(lab.client, { transport: "udp", port, program: "python3", address: clientAddress });
  if (options.clientIsMute === true) {
    const listener = await lab.client.start(pythonCommand("rtp-party", ...clientSide, "--linger-ms", 1500));
    await listener.waitFor("ready");
    await lab.server.exec(pythonCommand("rtp-party", ...serverSide));
    await listener.waitFor("sent");
    return;
  }
  const callee = await lab.server.start(pythonCommand("rtp-party", ...serverSide, "--answers"));
  await callee.waitFor("ready");
  await lab.client.exec(pythonCommand("rtp-party", ...clientSide));
  await callee.waitFor("sent");
}
