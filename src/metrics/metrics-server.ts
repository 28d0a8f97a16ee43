/** Serves metrics over HTTP to whoever may reach the address: one page, for reading only. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { BlockList, isIP } from "node:net";

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What is served. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");

const PATH = "/metrics";
/** Prometheus needs one or two. */
const MOST_CONNECTIONS = 32;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A reader that takes nothing for so long is let go. */
const IDLE_TIMEOUT_MS = 30_000;

/** A server that listens. */
export class MetricsServer {
  readonly #server: Server;
  readonly #address: ListenAddress;

  private constructor(server: Server, address: ListenAddress) {
    this.#server = server;
    this.#address = address;
  }

  /** Begins to listen; port 0 is a free one. Rejects with the system's error where that cannot be. */
  static async listen({ host, port }: ListenAddress, metrics: MetricsText): Promise<MetricsServer> {
    const server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      (request, response) => void answer(request, response, host, metrics),
    );
    server.maxConnections = MOST_CONNECTIONS;
    server.timeout = IDLE_TIMEOUT_MS;
    server.listen(port, host);
    await once(server, "listening");
    const address = server.address();
    const found = typeof address === "object" && address !== null ? address.port : port;
    return new MetricsServer(server, { host, port: found });
  }

  /** Where the metrics are. */
  get url(): string {
    const { host, port } = this.#address;
    return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}${PATH}`;
  }

  /** Ends it, and all connections. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function answer(
  { method, url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  host: string,
  metrics: MetricsText,
): Promise<void> {
  const refuse = (status: number, text: string) => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
  };
  if (!isAsked(headers.host ?? "", host)) return refuse(421, "this name is not the server's");
  if (method !== "GET" && method !== "HEAD") return refuse(405, "only GET");
  if (url.split("?")[0] !== PATH) return refuse(404, `metrics are at ${PATH}`);
  const text = await metrics.text();
  const sent = { "content-type": metrics.contentType, "cache-control": "no-store" };
  response.writeHead(200, sent).end(method === "HEAD" ? undefined : text);
}

/**
 * Whoever listens to this machine alone must not answer a page of somebody else's whose name was made to lead here (DNS
 * rebinding). Elsewhere anybody may ask, by any name.
 */
function isAsked(asked: string, host: string): boolean {
  if (!LOOPBACK.check(host, isIP(host) === 6 ? "ipv6" : "ipv4") && host !== "localhost") return true;
  const name = asked.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return isIP(name) !== 0 || name === "localhost" || name === host;
}
