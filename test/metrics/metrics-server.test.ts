/** The metrics endpoint: read-only, and inaccessible to web pages of others. */
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { MetricsServer } from "../../src/metrics/metrics-server.ts";

const METRICS = { contentType: "text/plain", text: async () => "up 1\n" };
const servers: MetricsServer[] = [];

async function serve(host = "127.0.0.1"): Promise<MetricsServer> {
  const server = await MetricsServer.listen({ host, port: 0 }, METRICS);
  servers.push(server);
  return server;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function ask(
  url: string,
  options: { method?: string; host?: string } = {},
): Promise<{ status: number; text: string }> {
  const { method = "GET", host } = options;
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, agent: false, headers: host === undefined ? {} : { host } },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on("error", reject).end();
  });
}

describe("the metrics endpoint", () => {
  it("responds at its address", async () => {
    const { url } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await ask(url)).toEqual({ status: 200, text: "up 1\n" });
    expect(await ask(url, { method: "HEAD" })).toEqual({ status: 200, text: "" });
    expect((await ask(`${url}?x=1`)).status).toBe(200);
  });

  it("has no other pages", async () => {
    const { url } = await serve();
    expect((await ask(url.replace("/metrics", "/"))).status).toBe(404);
    expect((await ask(url, { method: "POST" })).status).toBe(405);
  });

  it("rejects other host names if it listens on the loopback", async () => {
    const { url } = await serve();
    expect((await ask(url, { host: "rebound.example" })).status).toBe(421);
    expect((await ask(url, { host: "localhost:1" })).status).toBe(200);
  });

  it("accepts any host name on other addresses", async () => {
    const { url } = await serve("0.0.0.0");
    expect((await ask(url, { host: "sensor.example:9788" })).status).toBe(200);
  });

  it("responds beside silent connections, which end with it", async () => {
    const server = await serve();
    const { port } = new URL(server.url);
    const silent = connect(Number(port), "127.0.0.1");
    const closed = new Promise((resolve) => silent.once("close", resolve));
    silent.on("error", () => {});
    expect((await ask(server.url)).status).toBe(200);
    server.close();
    await closed;
  });
});
