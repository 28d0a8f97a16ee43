import { describe, expect, it } from "vitest";
import { beginTcpHandshake, beginUdpHandshake } from "../../../src/evidence/observation/begin-handshake.ts";
import { alpn, buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { RECORDED_HELLOS } from "../../support/real-hellos.ts";
import { followTcp, isPending, segmentOf } from "./follow-handshake.ts";

const HELLO = toRecords(buildClientHello(serverName("www.apple.com"), alpn("h2")));

describe("the first payload of a TCP flow", () => {
  it.each(RECORDED_HELLOS.filter(({ serverName }) => serverName !== null))(
    "is parsed at once if it is the hello of $tool",
    ({ records, tool: _, ...hello }) => {
      expect(beginTcpHandshake(segmentOf(records, 7), 7)).toEqual({
        ...hello,
        nameSource: "tls",
        userAgentProcess: null,
        userAgent: null,
        rfbVersion: null,
        certificateNames: [],
      });
    },
  );

  it("gives a frozen result", () => {
    const names = beginTcpHandshake(segmentOf(HELLO), 0);
    expect(names !== null && !isPending(names) && Object.isFrozen(names) && Object.isFrozen(names.alpn)).toBe(
      true,
    );
  });

  it("reveals the version of screen sharing by its banner, whole or in pieces", () => {
    const sharing = { serverName: null, nameSource: null, rfbVersion: "003.889" };
    expect(beginTcpHandshake(segmentOf("RFB 003.889\n", 0, 1), -1)).toMatchObject(sharing);
    const pieces = [segmentOf("RFB 0", 0, 1), segmentOf("03.889\n", 5, 1)];
    expect(followTcp(pieces)).toMatchObject(sharing);
    expect(beginTcpHandshake(segmentOf("RFB 003.008\n", 0, 1), -1)).toMatchObject({ rfbVersion: "003.008" });
    expect(beginTcpHandshake(segmentOf("RFB 3.8\n", 0, 1), -1)).toBeNull();
  });

  it.each([
    ["application data", "\x17\x03\x03\x00\x20"],
    ["an alert", "\x15\x03\x03\x00\x02\x02\x28"],
    ["SSH", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["SIP", "INVITE sip:a@b.example SIP/2.0\r\n"],
    ["RTSP", "GET /info RTSP/1.0\r\n"],
    ["an HTTP response", "HTTP/1.1 200 OK\r\n"],
    ["an SSL 2 hello", "\x80\x2e\x01\x03\x01"],
    ["empty", ""],
  ])("has no names and is not followed if it is %s", (_, payload) => {
    expect(beginTcpHandshake(segmentOf(payload), 0)).toBeNull();
    expect(beginTcpHandshake(segmentOf(payload), -1)).toBeNull();
  });

  it("is rejected, followed or parsed for any first byte, but never throws", () => {
    for (let byte = 0; byte < 256; byte++) {
      const answer = beginTcpHandshake(segmentOf(Uint8Array.of(byte)), 0);
      expect(answer === null || isPending(answer), `byte ${byte}`).toBe(true);
    }
  });
});

describe("the first payload of a UDP flow", () => {
  it.each([
    ["DNS", new Uint8Array(40)],
    ["a packet with a short header", new Uint8Array(1300).fill(0x40)],
    ["a version negotiation packet", Uint8Array.of(0xc0, ...new Uint8Array(1300))],
    ["a packet of an unknown version", Uint8Array.of(0xc0, 0x1a, 0x2a, 0x3a, 0x4a, ...new Uint8Array(1300))],
    ["TLS", HELLO],
    ["empty", new Uint8Array(0)],
  ])("has no names and is not followed if it is %s", (_, payload) => {
    expect(beginUdpHandshake(segmentOf(payload))).toBeNull();
  });
});
