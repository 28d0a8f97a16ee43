/** The lab's own programs in Python, for servers and clients that no package has. */
import { fileURLToPath } from "node:url";
import type { Lab } from "../lab.ts";
import type { LabCertificates } from "./certificates.ts";

/** Debian's interpreter: another one on the path lacks Debian's modules. */
const INTERPRETER = "/usr/bin/python3";

/** The command that runs a program of `scripts/lab/programs/`. */
export function pythonCommand(program: string, ...options: readonly (string | number)[]): string[] {
  const path = fileURLToPath(new URL(`../programs/${program}.py`, import.meta.url));
  return [INTERPRETER, "-u", path, ...options.map(String)];
}

/** Starts a TLS server of the lab's own on some addresses of the server, and declares it. */
export async function startTlsService(
  lab: Lab,
  listens: readonly { readonly address: string; readonly port: number }[],
  certificates: LabCertificates,
  options: readonly (string | number)[] = [],
): Promise<void> {
  const addresses = listens.flatMap(({ address, port }) => ["--listen", address, port]);
  const files = ["--certificate", certificates.certificate, "--key", certificates.key];
  const service = await lab.server.start(pythonCommand("tls-service", ...addresses, ...files, ...options));
  await service.waitFor("listening");
  for (const { address, port } of listens) {
    lab.serves(lab.server, { transport: "tcp", port, program: "python3", address });
  }
}

/** Starts echo services (lines over TCP, datagrams over UDP) of the lab's own, and declares them. */
export async function startEchoService(
  lab: Lab,
  listens: readonly { readonly transport: "tcp" | "udp"; readonly address: string; readonly port: number }[],
): Promise<void> {
  const addresses = listens.flatMap(({ transport, address, port }) => ["--listen", transport, address, port]);
  const service = await lab.server.start(pythonCommand("echo-service", ...addresses));
  await service.waitFor("listening");
  for (const { transport, address, port } of listens) {
    lab.serves(lab.server, { transport, port, program: "python3", address });
  }
}

/** What an exchange with an echo service is to be. */
export interface EchoExchange {
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly sourcePort?: number;
  readonly rounds?: number;
  /** No answer is to come. */
  readonly fails?: boolean;
}

/** Speaks to an echo service from the client; throws unless as many answers came as are to come. */
export async function exchangeEcho(lab: Lab, exchange: EchoExchange): Promise<void> {
  const { transport, address, port, sourcePort = 0, rounds = 3, fails = false } = exchange;
  const target = ["--connect", transport, address, port, "--source-port", sourcePort, "--rounds", rounds];
  const printed = await lab.client.exec(pythonCommand("echo-client", ...target, "--time-limit-s", 1));
  if (!printed.includes(`${fails ? 0 : rounds} of ${rounds} answers`)) {
    throw new Error(`${address} ${port}/${transport}: ${printed}`);
  }
}

/** Opens TLS by the lab's own client; throws unless it says `result` ("works", "failed: left as asked"). */
export async function openTlsByPython(
  lab: Lab,
  target: { readonly address: string; readonly port: number },
  options: readonly (string | number)[] = [],
  result = "works",
): Promise<void> {
  const command = pythonCommand("tls-client", "--connect", target.address, target.port, ...options);
  const printed = await lab.client.exec(command);
  if (!printed.startsWith(result)) throw new Error(`${target.address} ${target.port}: ${printed}`);
}
