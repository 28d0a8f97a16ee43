/** Proxies, portals and block pages that answer in place of the host (RFC 9110, RFC 8952). */
import { describe, expect, it } from "vitest";
import type { End } from "./reach-packets.ts";
import { from, helloFor, mesu, NAME, reachOfTimed, record, Talk, verdictOn } from "./talk-builder.ts";

describe("an answer given in place of the host", () => {
  const http = (status: string, header = "", path = "/hotspot-detect.html") =>
    mesu(
      (talk) =>
        talk
          .open()
          .client(`GET ${path} HTTP/1.1\r\nHost: captive.apple.com\r\n\r\n`)
          .server(`HTTP/1.1 ${status}\r\n${header}Content-Length: 0\r\n\r\n`)
          .acknowledge(0)
          .end(0),
      { address: "17.253.105.202", port: 80 },
    );

  it.each<[string, string, string, boolean]>([
    ["200 OK", "", "works", false],
    ["304 Not Modified", "", "works", false],
    ["301 Moved", "Location: https://www.apple.com/\r\n", "works", false],
    ["302 Found", "Location: /library/test/success.html\r\n", "works", false],
    ["302 Found", "Location: http://portal.example/login?u=1\r\n", "portal", true],
    ["302 Found", "location:   HTTPS://user@10.0.0.1:8443/x\r\n", "portal", true],
    ["511 Network Authentication Required", "", "portal", true],
    ["403 Forbidden", "", "block-page", true],
    ["407 Proxy Authentication Required", "", "proxy-refused", true],
    ["404 Not Found", "", "answered", false],
    ["503 Service Unavailable", "", "answered", false],
  ])("%s %s: %s", async (status, header, verdict, fails) => {
    const report = await reachOfTimed(http(status, header));
    expect(verdictOn(report, "Captive portal check")).toEqual([verdict, fails]);
  });

  const PROXY: End = { address: "10.20.0.1", port: 3128 };
  const through = (...answers: readonly string[]) => {
    const talk = new Talk(from(50_000), PROXY, 0).open();
    for (const answer of answers) {
      talk.client(`CONNECT ${NAME}:443 HTTP/1.1\r\nHost: ${NAME}:443\r\n\r\n`);
      talk.server(`HTTP/1.1 ${answer}\r\n\r\n`);
    }
    return talk;
  };

  it.each(["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])(
    "is detected in a proxy's %s to CONNECT",
    async (status) => {
      const report = await reachOfTimed(through(status).end(0).packets);
      expect(verdictOn(report)).toEqual(["proxy-refused", true]);
      expect(report.targets[0].http?.status).toBe(Number(status.slice(0, 3)));
    },
  );

  it("is not assumed for a proxy that requires a login and then connects", async () => {
    const talk = through("407 Proxy Authentication Required", "200 Connection established");
    talk
      .client(helloFor(NAME))
      .server(record(22, 900, 2))
      .client(record(23, 200))
      .server(record(23, 200));
    expect(verdictOn(await reachOfTimed(talk.end(0).packets))).toEqual(["works", false]);
  });
});
