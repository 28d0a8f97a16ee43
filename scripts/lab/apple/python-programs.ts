/** The lab's own Python programs, for servers and clients without a package. */
import { fileURLToPath } from "node:url";
import type { Lab } from "../lab.ts";
import type { LabCertificates } from "./certificates.ts";

/** Debian's interpreter: another one in PATH lacks Debian's modules. */
const INTERPRETER = "/usr/bin/python3";

/** Returns the command line of a program in `scripts/lab/programs/`. */
export function pythonCommand(program: string, ...options: readonly (string | number)[]): string[] {
  const path = fileURLToPath(new URL(`../programs/${program}.py`, import.meta.url));
  return [INTERPRETER, "-u", path, ...options.map(String)];
}

/** Starts the lab's TLS server on some addresses of the server, and declares it. */
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

/** Starts the lab's echo services (lines over TCP, datagrams over UDP), and declares them. */
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

/** An exchange with an echo service. */
export interface EchoExchange {
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly sourcePort?: number;
  readonly rounds?: number;
  /** No answer is expected. */
  readonly fails?: boolean;
}

/** Exchanges messages with an echo service from the client; throws unless the expected number of answers arrives. */
export async function exchangeEcho(lab: Lab, exchange: EchoExchange): Promise<void> {
  const { transport, address, port, sourcePort = 0, rounds = 3, fails = false } = exchange;
  const target = ["--connect", transport, address, port, "--source-port", sourcePort, "--rounds", rounds];
  const printed = await lab.client.exec(pythonCommand("echo-client", ...target, "--time-limit-s", 1));
  if (!printed.includes(`${fails ? 0 : rounds} of ${rounds} answers`)) {
    throw new Error(`${address} ${port}/${transport}: ${printed}`);
  }
}

/** Opens TLS with the lab's client; throws unless it prints `result` ("works", "failed: left as asked"). */
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
