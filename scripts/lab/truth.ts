/** The lab's truth about a capture, from what it started itself: `fixtures/lab/NAME.truth.json`. */
import type { ExpectedAttempt, LabSession } from "./lab.ts";

/** The content of the file. */
export interface Truth {
  readonly session: string;
  readonly about: string;
  /** File name in `fixtures/lab/`. */
  readonly capture: string;
  /** List rows that the traffic is meant to show, as `22/tcp`. */
  readonly rows: readonly string[];
  readonly hosts: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  readonly services: readonly TrueService[];
  readonly attempts: readonly ExpectedAttempt[];
  /** TCP connections with a SYN in the capture, as read by tcpdump: `10.77.0.1:42818 > 10.77.0.2:22`. */
  readonly handshakes: readonly string[];
  /** Versions of the session's Debian packages by name. */
  readonly packages: Readonly<Record<string, string>>;
}

/** A serving program. */
export interface TrueService {
  readonly host: string;
  readonly transport: "tcp" | "udp";
  readonly addresses: readonly string[];
  /** First and last port; equal for a single one. */
  readonly ports: readonly [first: number, last: number];
  readonly program: string;
  /** Name and version of the program's Debian package; null if there is none. */
  readonly package: string | null;
}

/** One end of a flow. */
interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Whether the session declared that `address` serves, or was tried, on the port. */
export function isServiceSide(truth: Truth, transport: "tcp" | "udp", { address, port }: Endpoint): boolean {
  const serves = truth.services.some(
    (service) =>
      service.transport === transport &&
      service.addresses.includes(address) &&
      service.ports[0] <= port &&
      port <= service.ports[1],
  );
  return (
    serves ||
    truth.attempts.some((one) => one.transport === transport && one.address === address && one.port === port)
  );
}

/** Formats a connection as in `handshakes`, from client to server. */
export function formatConnection(originator: Endpoint, responder: Endpoint): string {
  return `${formatEndpoint(originator)} > ${formatEndpoint(responder)}`;
}

function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Returns the capture's name for a session. */
export function captureName({ name, format }: Pick<LabSession, "name" | "format">): string {
  return `${name}.${format}`;
}
