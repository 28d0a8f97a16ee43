import { describe, expect, it } from "vitest";
import { readHttpRequest } from "../../../src/evidence/payload/http-request.ts";

function read(text: string) {
  const bytes = Buffer.from(text, "latin1");
  return readHttpRequest(bytes, 0, bytes.length);
}

function hostOf(...lines: readonly string[]) {
  return read(`${lines.join("\r\n")}\r\n\r\n`)?.host;
}

function processOf(userAgent: string) {
  return read(`GET / HTTP/1.1\r\nHost: a.example\r\nUser-Agent: ${userAgent}\r\n\r\n`)?.userAgentProcess;
}

describe("an HTTP request", () => {
  it("gives the host that it names", () => {
    const text =
      "GET /hotspot-detect.html HTTP/1.0\r\nHost: captive.apple.com\r\nConnection: close\r\n" +
      "User-Agent: CaptiveNetworkSupport-443.120.2 wispr\r\n\r\n";
    expect(read(`${text}body`)).toEqual({
      isWhole: true,
      headLength: text.length,
      isConnect: false,
      host: "captive.apple.com",
      userAgentProcess: null,
      userAgent: "CaptiveNetworkSupport-443.120.2 wisp",
    });
  });

  it.each([
    ["in lower case, without the blanks around it", "hOsT:\t Captive.APPLE.com \t", "captive.apple.com"],
    ["without its port", "Host: captive.apple.com:80", "captive.apple.com"],
    ["if it is an IPv4 address with a port", "Host: 192.0.2.1:8080", "192.0.2.1"],
    ["if it is an IPv6 address with a port", "Host: [2001:DB8::1]:8080", "[2001:db8::1]"],
    ["as null if the header is empty", "Host:", null],
    ["as null if the header is folded into two lines", "Host:\r\n captive.apple.com", "captive.apple.com"],
    ["after another, folded header", "X-A: b\r\n\tHost: no.example\r\nHost: yes.example", "yes.example"],
    ["as null for a header whose name only begins with Host", "Hostile: no.example", null],
    ["as null for a header with a blank before its colon", "Host : no.example", null],
    ["as null for a value longer than any name", `Host: ${"x".repeat(2000)}`, null],
    ["of the first Host header if there are two", "Host: one.example\r\nHost: two.example", "one.example"],
    ["of a line that ends with only a line feed", "Host: one.example\nX: y", "one.example"],
  ])("gives the host %s", (_, header, host) => {
    expect(hostOf("GET / HTTP/1.1", header)).toBe(host);
  });

  it.each([
    ["GET http://www.apple.com/a HTTP/1.1", "www.apple.com"],
    ["GET HTTPS://www.apple.com:444?b HTTP/1.1", "www.apple.com"],
    ["GET http://www.apple.com HTTP/1.1", "www.apple.com"],
    ["GET http://user:secret@www.apple.com/ HTTP/1.1", "www.apple.com"],
    ["GET http://no.example@www.apple.com/@b.example HTTP/1.1", "www.apple.com"],
    ["GET /http://no.example/ HTTP/1.1", "host.example"],
    ["OPTIONS * HTTP/1.1", "host.example"],
    ["M-SEARCH * HTTP/1.1", "host.example"],
  ])("%s is for %s: a host in the target takes precedence", (line, host) => {
    expect(hostOf(line, "Host: host.example")).toBe(host);
  });

  it("opens a tunnel to the target of CONNECT", () => {
    const request = read("CONNECT Gateway.iCloud.com:443 HTTP/1.1\r\nHost: proxy.example\r\n\r\n");
    expect(request).toMatchObject({ isConnect: true, host: "gateway.icloud.com", isWhole: true });
    expect(hostOf("CONNECT [2001:db8::1]:443 HTTP/1.1")).toBe("[2001:db8::1]");
  });

  it.each([
    ["apsd/1.0 CFNetwork/1410.0.3 Darwin/22.6.0", "apsd"],
    ["com.apple.appstored/1.0 iOS/17.0 CFNetwork/1474 Darwin/23.0.0", "com.apple.appstored"],
    ["App%20Store/3.0 CFNetwork/1410 Darwin/22.6", "App Store"],
    ["Software%20Update (unknown version) CFNetwork/807.0.4 Darwin/15.6.0 (x86_64)", "Software Update"],
    ["com.apple.WebKit.Networking CFNetwork/1 Darwin/2", "com.apple.WebKit.Networking"],
    ["100%/1 CFNetwork/1 Darwin/2", "100%"],
    ["a\u00ff/1 CFNetwork/1 Darwin/2", "a\ufffd"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", null],
    ["x/1 CFNetwork/1", null],
    ["CFNetwork/1 Darwin/2", null],
    ["/1 CFNetwork/1 Darwin/2", null],
  ])("with user agent %s is sent by %s", (userAgent, process) => {
    expect(processOf(userAgent)).toBe(process);
  });

  it("can have a method of twenty letters", () => {
    expect(hostOf("ABCDEFGHIJKLMNOPQRST / HTTP/1.1", "Host: a.example")).toBe("a.example");
  });

  it.each([
    "GET / RTSP/1.0\r\n",
    "OPTIONS rtsp://a.example RTSP/1.0\r\n",
    "ANNOUNCE rtsp://a.example",
    "INVITE sip:a@b.example SIP/2.0\r\n",
    "REGISTER sip:b.example",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/1.1 200 OK\r\nHost: a.example\r\n\r\n",
    "get / HTTP/1.1\r\n",
    "GET\r\n",
    "GET / HTTP/1.x\r\nHost: a.example\r\n\r\n",
    "GET /\r\n",
    "EHLO a.example\r\n",
    "USER anonymous",
    " GET / HTTP/1.1\r\n",
    "GET  HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "",
  ])("is not recognised in %j", (text) => {
    expect(read(text)).toBeNull();
  });

  it("gives at every length what its complete lines contain", () => {
    const text = "CONNECT a.example:1 HTTP/1.1\r\nUser-Agent: b/1 CFNetwork/1 Darwin/2\r\nX: y\r\n\r\n";
    const lineEnds = [text.indexOf("\n") + 1, text.indexOf("\nX") + 1];
    for (let length = 1; length < text.length; length++) {
      expect(read(text.slice(0, length)), `${length} bytes`).toMatchObject({
        isWhole: false,
        headLength: 0,
        host: length >= lineEnds[0] ? "a.example" : null,
        userAgentProcess: length >= lineEnds[1] ? "b" : null,
      });
    }
    expect(read(text)?.headLength).toBe(text.length);
  });

  it("is parsed up to a limit of headers, of bytes, and of one line", () => {
    const headers = (count: number) => "X: y\r\n".repeat(count);
    const limited = (head: string) => read(`GET / HTTP/1.1\r\n${head}Host: a.example\r\n\r\n`);
    expect(limited(headers(99))).toMatchObject({ isWhole: true, host: "a.example" });
    expect(limited(headers(100))).toMatchObject({ isWhole: true, host: null, headLength: 0 });
    expect(limited(`X: ${"y".repeat(16_300)}\r\n`)).toMatchObject({ isWhole: true, host: "a.example" });
    expect(limited(`X: ${"y".repeat(16_400)}\r\n`)).toMatchObject({ isWhole: true, host: null });
    expect(read(`GET /${"y".repeat(16_000)}`)).toMatchObject({ isWhole: false, host: null });
    expect(read(`GET /${"y".repeat(17_000)} HTTP/1.1\r\n`)).toMatchObject({ isWhole: true, host: null });
  });
});
