/** A call without its signalling: STUN by coturn's programs, and RTP in both directions. */
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

/** Sends a STUN binding request for the client's own address. Throws for any other than the intended outcome. */
export async function askStun(
  lab: Lab,
  host: AppleHost,
  family: AddressFamily,
  options: { readonly fails?: boolean } = {},
): Promise<void> {
  const command = ["timeout", "6", "turnutils_stunclient", "-p", String(STUN_PORT), host[family]];
  const printed = await lab.client.exec(command, { allowedStatuses: [1, 124, 255] });
  if (printed.includes("UDP reflexive addr") === (options.fails === true)) {
    throw new Error(`STUN to ${host[family]} was ${options.fails ? "not " : ""}to be answered: ${printed}`);
  }
}

const RTP_PACKETS = 25;

/**
 * Half a second of audio between the client and one of the server's addresses, on the same port at both ends, so that neither
 * end is the obvious service. The client sends first; if only it is to receive, the server does. Throws unless the intended
 * receivers, and only they, have received everything.
 */
export async function callWithRtp(
  lab: Lab,
  address: string,
  port: number,
  heardBy: "both" | "client" | "server" = "both",
): Promise<void> {
  const clientAddress = lab.client[address.includes(":") ? "ipv6" : "ipv4"];
  const clientSide = [
    "--local",
    clientAddress,
    port,
    "--remote",
    address,
    port,
    "--packets",
    RTP_PACKETS,
  ] as const;
  const serverSide = [
    "--local",
    address,
    port,
    "--remote",
    clientAddress,
    port,
    "--packets",
    RTP_PACKETS,
  ] as const;
  lab.serves(lab.server, { transport: "udp", port, program: "python3", address });
  lab.serves(lab.client, { transport: "udp", port, program: "python3", address: clientAddress });
  const [caller, callee] = heardBy === "client" ? [lab.server, lab.client] : [lab.client, lab.server];
  const [callerSide, calleeSide] = heardBy === "client" ? [serverSide, clientSide] : [clientSide, serverSide];
  const party = await callee.start(pythonCommand("rtp-party", ...calleeSide, "--answers"));
  await party.waitFor("ready");
  const heardByCaller = await caller.exec(pythonCommand("rtp-party", ...callerSide));
  await party.waitFor("received");
  const heard = { [caller.name]: heardByCaller, [callee.name]: party.output() };
  for (const name of ["client", "server"] as const) {
    const count = heardBy === "both" || heardBy === name ? RTP_PACKETS : 0;
    if (!heard[name]?.includes(`received ${count}\n`))
      throw new Error(`${name}: ${heard[name]}, not ${count}`);
  }
}
