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

/** Half a second of audio between the client and one of the server's addresses, on the same port of both. */
export async function callWithRtp(lab: Lab, address: string, port: number): Promise<void> {
  const here = lab.client[address.includes(":") ? "ipv6" : "ipv4"];
  const callee = ["--local", address, port, "--remote", here, port, "--linger-ms", 700] as const;
  const party = await lab.server.start(pythonCommand("rtp-party", ...callee));
  await party.waitFor("ready");
  await lab.client.exec(pythonCommand("rtp-party", "--local", here, port, "--remote", address, port));
  await party.waitFor("sent");
  lab.serves(lab.server, { transport: "udp", port, program: "python3", address });
}
