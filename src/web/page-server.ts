/** Serves the page: its files, an event stream, and answers to look-ups. Only requests with the token are answered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { InputError } from "../errors.ts";
import { type ListenAddress, LocalServer, refuse } from "../http/local-server.ts";
import { pagePolicy } from "../render/html/page.ts";
import type { DropOutcome } from "./dropped-captures.ts";
import { EventStreams } from "./event-streams.ts";
import { newToken, PageAccess } from "./page-access.ts";
import { type PageFiles, POLICY, WELCOME } from "./page-files.ts";

/** What the page can request. */
export interface PageSource {
  /** Initial events of a stream, as text. */
  firstEvents(): string;
  /** An answer as JSON; null: no longer available; undefined: unknown path. `InputError`: cannot be answered now. */
  lookUp(path: string, asked: URLSearchParams): Promise<unknown> | undefined;
  /** Receives the capture in a request; `name`: its file name. */
  take(request: IncomingMessage, name: string): Promise<DropOutcome>;
  /** The report of such a capture, as a page with its own policy; undefined: there is none. */
  report(path: string): string | undefined;
}

/** Sixteen pages, and a few connections for the look-ups of each. */
const MOST_CONNECTIONS = 64;

/** Time limit for receiving a capture. */
const REQUEST_TIMEOUT_MS = 60_000;
/** A query of years of history may wait for others; an idle connection is closed sooner. */
const ANSWER_TIMEOUT_MS = 300_000;

const HEADERS = {
  "content-security-policy": POLICY,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** A running page. */
export class PageServer {
  readonly #source: PageSource;
  readonly #files: PageFiles;
  readonly #token: string | null;
  readonly #streams = new EventStreams();
  #access = new PageAccess(newToken(), 0);
  #server: LocalServer | null = null;

  private constructor(source: PageSource, files: PageFiles, token: string | null) {
    this.#source = source;
    this.#files = files;
    this.#token = token;
  }

  /**
   * Starts listening. `token`: null generates one, which is then part of `url`. Rejects with the system's error if that
   * is not possible.
   */
  static async listen(
    address: ListenAddress,
    files: PageFiles,
    token: string | null,
    source: PageSource,
  ): Promise<PageServer> {
    const page = new PageServer(source, files, token);
    const limits = { connections: MOST_CONNECTIONS, requestMilliseconds: REQUEST_TIMEOUT_MS };
    page.#server = await LocalServer.listen(address, limits, (request, response) =>
      page.#answer(request, response),
    );
    return page.#begin(page.#server);
  }

  /** Address of the page; includes the token unless it was given. */
  url = "";

  /** Whether any page is open. */
  get isWatched(): boolean {
    return this.#streams.size > 0;
  }

  /** Sends an event to all open pages. */
  send(event: string): void {
    this.#streams.send(event);
  }

  close(): void {
    this.#streams.close();
    this.#server?.close();
  }

  #begin({ port, origin }: LocalServer): this {
    const token = this.#token ?? newToken();
    this.#access = new PageAccess(token, port);
    this.url = this.#token === null ? `${origin}/?token=${token}` : `${origin}/`;
    return this;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const { method, url = "/" } = request;
    // An address that cannot be parsed is not one of the page's.
    const { pathname, searchParams } = URL.canParse(url, "http://page")
      ? new URL(url, "http://page")
      : NOWHERE;
    const token = searchParams.get("token");
    const isWelcome = method === "GET" && pathname === "/" && token !== null && this.#access.isRight(token);
    const refusal = this.#access.refusalOf(request);
    if (refusal !== null && (refusal.status !== 401 || !isWelcome)) {
      return refuse(response, refusal.status, refusal.text);
    }
    if (method === "POST" && pathname === DROP_PATH) {
      return await this.#take(request, searchParams.get("name") ?? "", response);
    }
    if (method !== "GET" && method !== "HEAD") return refuse(response, 405, "only GET");
    if (isWelcome) {
      response.writeHead(200, { "content-type": HTML, "set-cookie": this.#access.setCookie }).end(WELCOME);
    } else if (pathname === "/events") this.#stream(response);
    else {
      const report = this.#source.report(pathname);
      if (report !== undefined) response.setHeader("content-security-policy", pagePolicy());
      const file = report === undefined ? this.#files.get(pathname) : { contentType: HTML, text: report };
      if (file === undefined) return await this.#lookUp(pathname, searchParams, response);
      const head = { "content-type": file.contentType };
      response.writeHead(200, head).end(method === "HEAD" ? undefined : file.text);
    }
  }

  #stream(response: ServerResponse): void {
    if (this.#streams.isFull) refuse(response, 503, "too many pages are open");
    else this.#streams.add(response, this.#source.firstEvents());
  }

  async #take(request: IncomingMessage, name: string, response: ServerResponse): Promise<void> {
    const outcome = await this.#source.take(request, name.slice(0, LONGEST_NAME));
    if (outcome.status !== 200) return refuse(response, outcome.status, outcome.reason);
    response.writeHead(200, { "content-type": JSON_TYPE }).end(JSON.stringify(outcome.dropped));
  }

  async #lookUp(path: string, asked: URLSearchParams, response: ServerResponse): Promise<void> {
    const found = this.#source.lookUp(path, asked);
    if (found === undefined) return refuse(response, 404, "there is no such page");
    response.setTimeout(ANSWER_TIMEOUT_MS);
    let answer: unknown;
    try {
      answer = await found;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return refuse(response, 503, error.message);
    }
    if (answer === null) return refuse(response, 410, "that no longer exists");
    response.writeHead(200, { "content-type": JSON_TYPE }).end(JSON.stringify(answer));
  }
}

const DROP_PATH = "/api/capture";
const LONGEST_NAME = 255;
const JSON_TYPE = "application/json; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const NOWHERE = new URL("http://page/nowhere");
