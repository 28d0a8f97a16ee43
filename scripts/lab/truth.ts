/** What the lab knows of a capture from what it started itself: `fixtures/lab/NAME.truth.json`. */
import type { ExpectedAttempt, LabSession } from "./lab.ts";

/** The file's content. */
export interface Truth {
  readonly session: string;
  readonly about: string;
  /** File name in `fixtures/lab/`. */
  readonly capture: string;
  /** Rows of the list that the traffic is meant to show, as `22/tcp`. */
  readonly rows: readonly string[];
  readonly hosts: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  readonly services: readonly TrueService[];
  readonly attempts: readonly ExpectedAttempt[];
  /** TCP connections of which the capture has a SYN, by tcpdump's reading of it: `10.77.0.1:42818 > 10.77.0.2:22`. */
  readonly handshakes: readonly string[];
  /** Versions of the session's Debian packages by name. */
  readonly packages: Readonly<Record<string, string>>;
}

/** A program that served. */
export interface TrueService {
  readonly host: string;
  readonly transport: "tcp" | "udp";
  readonly addresses: readonly string[];
  /** First and last port; the same for one. */
  readonly ports: readonly [first: number, last: number];
  readonly program: string;
  /** Name and version of the Debian package that has the program; null where none has. */
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

/** A connection as `handshakes` has it, from who asked to who was asked. */
export function formatConnection(originator: Endpoint, responder: Endpoint): string {
  return `${formatEndpoint(originator)} > ${formatEndpoint(responder)}`;
}

function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The capture's name for a session. */
export function captureName({ name, format }: Pick<LabSession, "name" | "format">): string {
  return `${name}.${format}`;
}
