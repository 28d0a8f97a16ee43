/** An HTTP server, by default reachable only from this machine: listening, limits, and a check of the Host header. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BlockList, isIP } from "node:net";

/** Address to listen on. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Limits of a server. */
export interface ServerLimits {
  /** Further connections are closed at once. */
  readonly connections: number;
  /** A complete request must arrive within this time. */
  readonly requestMilliseconds: number;
}

/** Answers a request whose Host header has been checked. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");

const HEADERS_TIMEOUT_MS = 5_000;
/** How often idle connections are looked for. */
const CHECK_MS = 1_000;
/** A client that reads nothing for this long is disconnected. */
const IDLE_TIMEOUT_MS = 30_000;

/** A listening server. */
export class LocalServer {
  readonly #server: Server;
  readonly #address: ListenAddress;

  private constructor(server: Server, address: ListenAddress) {
    this.#server = server;
    this.#address = address;
  }

  /** Starts listening. Rejects with the system's error. */
  static async listen(
    { host, port }: ListenAddress,
    { connections, requestMilliseconds }: ServerLimits,
    answer: Answer,
  ): Promise<LocalServer> {
    const limits = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: requestMilliseconds,
      connectionsCheckingInterval: CHECK_MS,
    };
    const server = createServer(limits, (request, response) => {
      if (!isAsked(request.headers.host ?? "", host)) {
        refuse(response, 421, "this host name is not the server's");
      } else {
        // A failing request must not affect others.
        Promise.resolve()
          .then(() => answer(request, response))
          .catch(() => (response.headersSent ? response.destroy() : refuse(response, 500, "it failed")));
      }
    });
    server.maxConnections = connections;
    server.timeout = IDLE_TIMEOUT_MS;
    server.listen(port, host);
    await once(server, "listening");
    // Failing to accept one connection must not end the server.
    server.on("error", () => {});
    const address = server.address();
    const found = typeof address === "object" && address !== null ? address.port : port;
    return new LocalServer(server, { host, port: found });
  }

  /** `http://127.0.0.1:9788`, without a path. */
  get origin(): string {
    const { host, port } = this.#address;
    return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  }

  get port(): number {
    return this.#address.port;
  }

  /** Closes the server and all connections. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Answers with a line of text. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

/** Whether an address is reachable only from this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || LOOPBACK.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/**
 * Checks the Host header. A server on loopback must not answer a foreign page whose name resolves here (DNS rebinding).
 * On other addresses any name is accepted.
 */
function isAsked(asked: string, host: string): boolean {
  if (!isLoopback(host)) return true;
  const name = asked.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return isIP(name) !== 0 || name === "localhost" || name === host;
}
