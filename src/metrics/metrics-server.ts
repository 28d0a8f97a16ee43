/** Serves metrics over HTTP to everyone who can reach the address: one read-only page. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ListenAddress, LocalServer, refuse } from "../http/local-server.ts";

/** The content to serve. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

const PATH = "/metrics";
/** Prometheus needs one or two. */
const MAX_CONNECTIONS = 32;
const REQUEST_TIMEOUT_MS = 10_000;

/** A listening server. */
export class MetricsServer {
  readonly #server: LocalServer;

  private constructor(server: LocalServer) {
    this.#server = server;
  }

  /** Starts listening; port 0 picks a free one. Rejects with the system's error. */
  static async listen(address: ListenAddress, metrics: MetricsText): Promise<MetricsServer> {
    const limits = { connections: MAX_CONNECTIONS, requestMilliseconds: REQUEST_TIMEOUT_MS };
    return new MetricsServer(
      await LocalServer.listen(address, limits, (request, response) => respond(request, response, metrics)),
    );
  }

  /** URL of the metrics. */
  get url(): string {
    return this.#server.origin + PATH;
  }

  /** Closes the server and all connections. */
  close(): void {
    this.#server.close();
  }
}

async function respond(
  { method, url = "/" }: IncomingMessage,
  response: ServerResponse,
  metrics: MetricsText,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") return refuse(response, 405, "only GET");
  if (url.split("?")[0] !== PATH) return refuse(response, 404, `metrics are at ${PATH}`);
  const text = await metrics.text();
  const headers = { "content-type": metrics.contentType, "cache-control": "no-store" };
  response.writeHead(200, headers).end(method === "HEAD" ? undefined : text);
}
