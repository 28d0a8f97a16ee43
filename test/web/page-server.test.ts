/** The page server: whom it answers, and that no client can block it. */
import { request, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { PageFiles } from "../../src/web/page-files.ts";
import { PageServer, type PageSource } from "../../src/web/page-server.ts";

const FILES: PageFiles = new Map([
  ["/", { contentType: "text/html; charset=utf-8", text: "<p>the page</p>" }],
]);
const SOURCE: PageSource = {
  firstEvents: () => "event: history\ndata: []\n\n",
  lookUp: (path, asked) => {
    if (path === "/api/gone") return Promise.resolve(null);
    if (path === "/api/down") return Promise.reject(new InputError("cannot_read", "stats: nothing listens"));
    if (path === "/api/broken") return Promise.reject(new Error("a mistake, and where it was made"));
    return path === "/api/name" ? Promise.resolve({ name: asked.get("name") }) : undefined;
  },
  take: async (request, name) => {
    const length = Buffer.concat(await request.toArray()).length;
    if (length > 5) return { status: 413, reason: "too large" };
    return { status: 200, dropped: { path: "/report/1", name, packets: length } };
  },
  report: (path) => (path === "/report/1" ? "<p>a report</p>" : undefined),
};
/** The server's own limit. */
const MOST_CONNECTIONS = 64;
const servers: PageServer[] = [];
const sockets: Socket[] = [];

async function serve(token: string | null = null, host = "127.0.0.1"): Promise<PageServer> {
  const server = await PageServer.listen({ host, port: 0 }, FILES, token, SOURCE);
  servers.push(server);
  return server;
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, agent: false, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    asked.on("error", reject).end();
  });
}

/** Returns the address without its token, and the cookie that replaces the token. */
async function welcomed({ url }: PageServer) {
  const { headers, text } = await ask(url);
  const [cookie = ""] = [headers["set-cookie"] ?? []].flat();
  return { origin: new URL(url).origin, setCookie: cookie, cookie: cookie.split(";")[0] ?? "", text };
}

/** A socket that sends `text` and reads nothing. */
function openSocket(port: number, text = ""): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text);
      resolve(socket);
    });
    socket.on("error", () => {}).pause();
    sockets.push(socket);
  });
}

describe("the page server", () => {
  it("turns the token of the printed address into a cookie that is HttpOnly and SameSite", async () => {
    const server = await serve();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const { origin, setCookie, cookie, text } = await welcomed(server);
    expect(setCookie).toMatch(/^appleflow-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(text).toContain('content="0; url=/"');
    expect(await ask(origin, { cookie })).toMatchObject({ status: 200, text: "<p>the page</p>" });
  });

  it("answers 401 without the token, with a wrong one, and with that of another server", async () => {
    const server = await serve();
    const other = await welcomed(await serve());
    const { origin, cookie } = await welcomed(server);
    const [name = ""] = cookie.split("=");
    for (const path of ["/", "/events", "/api/name", "/nowhere", "/?token=", "/?token=wrong"]) {
      expect((await ask(origin + path)).status, path).toBe(401);
      expect((await ask(origin + path, { cookie: `${name}=${"a".repeat(43)}` })).status, path).toBe(401);
      expect((await ask(origin + path, { cookie: other.cookie })).status, path).toBe(401);
    }
    expect((await ask(`${origin}/`, {}, "POST")).status).toBe(401);
    expect((await ask(server.url, {}, "POST")).status).toBe(401);
    expect((await ask(`${origin}/api/capture`, {}, "POST")).status).toBe(401);
  });

  it("answers 421 to a foreign Host and 403 to a foreign Origin, even with the token", async () => {
    const { origin, cookie } = await welcomed(await serve());
    expect((await ask(origin, { cookie, host: "rebound.example" })).status).toBe(421);
    for (const foreign of ["http://other.example", "null", "http://127.0.0.1:1", `${origin}0`]) {
      expect((await ask(`${origin}/api/name`, { cookie, origin: foreign })).status, foreign).toBe(403);
    }
    expect((await ask(`${origin}/api/name?name=x`, { cookie, origin })).status).toBe(200);
  });

  it("accepts only GET, and answers 404, 410, 503 or 500 on errors", async () => {
    const { origin, cookie } = await welcomed(await serve());
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect((await ask(`${origin}/`, { cookie }, method)).status, method).toBe(405);
    }
    expect((await ask(`${origin}/../../package.json`, { cookie })).status).toBe(404);
    expect((await ask(`${origin}/api/gone`, { cookie })).status).toBe(410);
    expect(await ask(`${origin}/api/down`, { cookie })).toMatchObject({
      status: 503,
      text: "stats: nothing listens\n",
    });
    expect(await ask(`${origin}/api/broken`, { cookie })).toMatchObject({ status: 500, text: "it failed\n" });
    expect((await ask(`${origin}/api/name?name=%3Cb%3E`, { cookie })).text).toBe('{"name":"<b>"}');
  });

  it("keeps a connection open for answers that take longer than the idle timeout", async () => {
    const { origin, cookie } = await welcomed(await serve());
    const setTimeouts = vi.spyOn(ServerResponse.prototype, "setTimeout");
    expect((await ask(`${origin}/api/name`, { cookie })).status).toBe(200);
    expect(Math.max(...setTimeouts.mock.calls.map(([milliseconds]) => milliseconds))).toBe(300_000);
    setTimeouts.mockRestore();
  });

  it("forbids the page to load anything from elsewhere", async () => {
    const { origin, cookie } = await welcomed(await serve());
    const { headers } = await ask(origin, { cookie });
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it("does not print a token that came from a file", async () => {
    const token = "secret-of-the-administrator";
    const { url } = await serve(token, "0.0.0.0");
    expect(url).not.toContain("token");
    const local = url.replace("0.0.0.0", "127.0.0.1");
    expect((await ask(`${local}?token=${token}`, { host: "sensor.example" })).status).toBe(200);
  });

  it("sends a stream its initial state, and then each event", async () => {
    const server = await serve();
    const { origin, cookie } = await welcomed(server);
    const { port } = new URL(origin);
    const socket = await openSocket(
      Number(port),
      `GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`,
    );
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.resume();
    while (!server.isWatched) await pause(5);
    server.send("event: interval\ndata: {}\n\n");
    while (!text.includes("event: interval")) await pause(5);
    expect(text).toContain("content-type: text/event-stream");
    expect(text.indexOf("event: history")).toBeLessThan(text.indexOf("event: interval"));
  });

  it("drops events for a reader that does not read: the queue is bounded", async () => {
    const server = await serve();
    const { origin, cookie } = await welcomed(server);
    const { port } = new URL(origin);
    const head = `Host: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`;
    await openSocket(Number(port), `GET /events HTTP/1.1\r\n${head}`);
    while (!server.isWatched) await pause(5);
    const event = `event: interval\ndata: ${"x".repeat(1_000_000)}\n\n`;
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    for (let i = 0; i < 200; i++) {
      server.send(event);
      if (i % 20 === 0) await pause(1);
    }
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before;
    expect(grown).toBeLessThan(40_000_000);
    expect((await ask(origin, { cookie })).status).toBe(200);
  });

  it("closes connections beyond its limit at once, and answers again when silent ones have gone", async () => {
    const server = await serve();
    const { origin, cookie } = await welcomed(server);
    const { port } = new URL(origin);
    let closed = 0;
    for (let i = 0; i < 200; i++) {
      const socket = await openSocket(Number(port));
      socket.once("close", () => closed++).resume();
    }
    while (closed < 200 - MOST_CONNECTIONS) await pause(5);
    for (const socket of sockets.splice(0)) socket.destroy();
    await pause(50);
    expect((await ask(origin, { cookie })).status).toBe(200);
  });
});
