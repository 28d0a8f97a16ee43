/** A server of HTTP that this machine alone reaches unless told otherwise: listening, its limits, and by which names it is asked. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BlockList, isIP } from "node:net";

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

/** A server before it listens. */
export interface ServerLimits {
  /** Connections beyond these are closed at once. */
  readonly connections: number;
  /** A request is there as a whole within so many. */
  readonly requestMilliseconds: number;
}

/** Answers a request whose name was checked. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");

const HEADERS_TIMEOUT_MS = 5_000;
/** Connections are looked through for those that say nothing. */
const CHECK_MS = 1_000;
/** A reader that takes nothing for so long is let go. */
const IDLE_TIMEOUT_MS = 30_000;

/** A server that listens. */
export class LocalServer {
  readonly #server: Server;
  readonly #address: ListenAddress;

  private constructor(server: Server, address: ListenAddress) {
    this.#server = server;
    this.#address = address;
  }

  /** Begins to listen. Rejects with the system's error where that cannot be. */
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
        // One request that fails ends nothing but itself.
        Promise.resolve()
          .then(() => answer(request, response))
          .catch(() => (response.headersSent ? response.destroy() : refuse(response, 500, "it failed")));
      }
    });
    server.maxConnections = connections;
    server.timeout = IDLE_TIMEOUT_MS;
    server.listen(port, host);
    await once(server, "listening");
    // A connection that cannot be taken in is nobody's end.
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

  /** Ends it, and all connections. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Answers with a line of text. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

/** Whether nobody but this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || LOOPBACK.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/**
 * Whoever listens to this machine alone must not answer a page of somebody else's whose name was made to lead here (DNS
 * rebinding). Elsewhere anybody may ask, by any name.
 */
function isAsked(asked: string, host: string): boolean {
  if (!isLoopback(host)) return true;
  const name = asked.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return isIP(name) !== 0 || name === "localhost" || name === host;
}
