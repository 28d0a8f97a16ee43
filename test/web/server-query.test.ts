/** Queries of the page to its server: answers, messages, and queries that nobody waits for any more. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ServerQuery } from "../../src/web/page/server-query.ts";

let server: Server;
/** Open answers by the query that they belong to. */
let open: Map<string, ServerResponse>;
/** Queries that the page gave up. */
let left: readonly string[];

beforeEach(async () => {
  open = new Map();
  const leftHere: string[] = [];
  left = leftHere;
  server = createServer((request, response) => {
    const path = request.url ?? "";
    open.set(path, response);
    response.on("close", () => {
      if (!response.writableEnded) leftHere.push(path);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fetchThere = fetch;
  // Paths of the page are relative to its server.
  vi.stubGlobal("fetch", (path: string, options: RequestInit) =>
    fetchThere(`http://127.0.0.1:${port}${path}`, options),
  );
});

afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const by = (grouping: string) => new URLSearchParams({ by: grouping });

async function answer(path: string, status: number, text: string): Promise<void> {
  await expect.poll(() => open.has(path)).toBe(true);
  open.get(path)?.writeHead(status).end(text);
}

it("has the server's answer, or its message", async () => {
  const query = new ServerQuery<{ rows: number }>("/past");
  const found = query.ask(by("device"));
  await answer("/past?by=device", 200, '{"rows":2}');
  expect(await found).toEqual({ rows: 2 });
  const refused = query.ask(by("host"));
  await answer("/past?by=host", 400, "by: not valid\n");
  expect(await refused).toEqual({ trouble: "by: not valid", isForGood: true });
  const failed = query.ask(by("sensor"));
  await answer("/past?by=sensor", 503, "nothing is listening there\n");
  expect(await failed).toEqual({ trouble: "nothing is listening there", isForGood: false });
  const cut = query.ask(by("family"));
  await expect.poll(() => open.has("/past?by=family")).toBe(true);
  server.closeAllConnections();
  expect(await cut).toEqual({ trouble: "no connection to appleflow", isForGood: false });
});

it("leaves the server when another query is asked, without a message", async () => {
  const query = new ServerQuery<{ rows: number }>("/past");
  const first = query.ask(by("device"));
  await expect.poll(() => open.has("/past?by=device")).toBe(true);
  const second = query.ask(by("sensor"));
  expect(await first).toBeNull();
  await expect.poll(() => left).toEqual(["/past?by=device"]);
  await answer("/past?by=sensor", 200, '{"rows":1}');
  expect(await second).toEqual({ rows: 1 });
});

it("leaves the server when it is cancelled, also in the middle of an answer", async () => {
  const query = new ServerQuery<{ rows: number }>("/past");
  const found = query.ask(by("device"));
  await expect.poll(() => open.has("/past?by=device")).toBe(true);
  open.get("/past?by=device")?.writeHead(200).write('{"rows":');
  query.cancel();
  expect(await found).toBeNull();
  await expect.poll(() => left).toEqual(["/past?by=device"]);
});
