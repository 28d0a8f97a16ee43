/** Ports announced in text protocols: RTSP, AirPlay audio, SIP, FTP. */
import { describe, expect, it } from "vitest";
import {
  mayAnnounce,
  readerOf,
} from "../../../../src/evidence/payload/announcements/announcement-readers.ts";
import { PROTOCOLS } from "../../../../src/net/application-protocols.ts";
import { portsOf } from "../../../support/announcing.ts";

const head = (...lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;
const setup = (transport: string) =>
  head("SETUP rtsp://192.0.2.2/a RTSP/1.0", "CSeq: 3", `Transport: ${transport}`);
const reply = (transport: string, status = "200 OK") =>
  head(`RTSP/1.0 ${status}`, "CSeq: 3", `transport:${transport}`);

describe("an RTSP SETUP", () => {
  it("gives the client's ports in the request, and both sides' in the response", () => {
    // Messages of GStreamer's client and server (lab session rtsp).
    const asked = setup("RTP/AVP;unicast;client_port=39166-39167");
    expect(portsOf("rtsp", [[0, asked]])).toEqual(["udp :39166 of 0", "udp :39167 of 0"]);
    const answer = 'RTP/AVP;unicast;client_port=39166-39167;server_port=6970-6971;ssrc=CDB912F7;mode="PLAY"';
    expect(portsOf("rtsp", [[1, reply(answer)]])).toEqual([
      "udp :39166 of 0",
      "udp :39167 of 0",
      "udp :6970 of 1",
      "udp :6971 of 1",
    ]);
  });

  it("gives the control and timing ports of AirPlay audio for the side that sends them", () => {
    // Messages of PulseAudio and shairport-sync (lab session airplay).
    const common = "RTP/AVP/UDP;unicast;interleaved=0-1;mode=record;control_port=6001;timing_port=6002";
    expect(portsOf("raop", [[0, setup(common)]])).toEqual(["udp :6001 of 0", "udp :6002 of 0"]);
    expect(portsOf("raop", [[1, reply(`${common};server_port=6003`)]])).toEqual([
      "udp :6003 of 1",
      "udp :6001 of 1",
      "udp :6002 of 1",
    ]);
  });

  it("covers several transports, other hosts and groups, but no interleaved media", () => {
    const several =
      "RTP/AVP/TCP;interleaved=0-1, RTP/AVP;multicast;destination=224.2.0.1;port=3456-3457;ttl=16";
    expect(portsOf("rtsp", [[1, reply(several)]])).toEqual([
      "udp 224.2.0.1:3456 of 1",
      "udp 224.2.0.1:3457 of 1",
    ]);
    const elsewhere =
      "RTP/AVP;unicast;client_port=5000;server_port=5002;source=192.0.2.9;destination=192.0.2.8";
    expect(portsOf("rtsp", [[1, reply(elsewhere)]])).toEqual([
      "udp 192.0.2.8:5000 of 0",
      "udp 192.0.2.9:5002 of 1",
    ]);
    expect(portsOf("rtsp", [[0, setup("RTP/AVP/TCP;unicast;interleaved=0-1")]])).toEqual([]);
  });

  it("gives no result if it failed, is not a SETUP, or has invalid port numbers", () => {
    expect(
      portsOf("rtsp", [[1, reply("RTP/AVP;client_port=5000-5001", "461 Unsupported Transport")]]),
    ).toEqual([]);
    const play = head("PLAY rtsp://192.0.2.2/a RTSP/1.0", "Transport: RTP/AVP;client_port=5000");
    expect(portsOf("rtsp", [[0, play]])).toEqual([]);
    for (const port of ["0", "65536", "-1", "5000-", "5004-5000", "a", "5 0", "99999-99999", ""]) {
      expect(portsOf("rtsp", [[0, setup(`RTP/AVP;client_port=${port}`)]])).toEqual([]);
    }
    // A range does not announce thousands of ports.
    expect(portsOf("rtsp", [[0, setup("RTP/AVP;client_port=1-65535")]])).toHaveLength(8);
    expect(portsOf("rtsp", [[0, setup(";;=;client_port=1;".repeat(100))]])).toHaveLength(1);
  });

  it("gives the ports of a multicast group from a description, and no others", () => {
    const described = (address: string) => {
      const body = `v=0\r\nc=IN IP4 ${address}\r\nm=video 5004 RTP/AVP 96\r\na=rtcp-mux\r\n`;
      return (
        head("RTSP/1.0 200 OK", "Content-Type: application/sdp", `Content-Length: ${body.length}`) + body
      );
    };
    expect(portsOf("rtsp", [[1, described("224.2.0.1/127")]])).toEqual(["udp 224.2.0.1:5004 of 1"]);
    expect(portsOf("rtsp", [[1, described("192.0.2.1")]])).toEqual([]);
  });
});

describe("a SIP message", () => {
  const message = (start: string, ...lines: readonly string[]) => {
    const body = lines.map((line) => `${line}\r\n`).join("");
    return `${head(start, "Via: SIP/2.0/UDP 192.0.2.1", "c: application/sdp", `l: ${body.length}`)}${body}`;
  };
  const invite = (...lines: readonly string[]) =>
    message("INVITE sip:b@example.com SIP/2.0", "v=0", ...lines);

  it("gives the media ports of each party, with RTCP next to them", () => {
    const offer = invite("c=IN IP4 192.0.2.1", "m=audio 49170 RTP/AVP 0", "m=video 49180/2 RTP/AVP 31");
    expect(portsOf("sip", [[0, offer]], false)).toEqual([
      "udp 192.0.2.1:49170 of 0",
      "udp 192.0.2.1:49171 of 0",
      "udp 192.0.2.1:49180 of 0",
      "udp 192.0.2.1:49181 of 0",
      "udp 192.0.2.1:49182 of 0",
      "udp 192.0.2.1:49183 of 0",
    ]);
    const answer = message("SIP/2.0 200 OK", "m=audio 5004 RTP/AVP 0", "c=IN IP6 2001:db8::9", "a=rtcp:5007");
    expect(portsOf("sip", [[1, answer]])).toEqual(["udp 2001:db8::9:5004 of 1", "udp 2001:db8::9:5007 of 1"]);
  });

  it("means the sender if it has no address, and is ignored for port 0 and the discard port", () => {
    const offer = invite("c=IN IP4 0.0.0.0", "m=audio 5004 RTP/SAVPF 0", "a=rtcp-mux", "m=text 0 RTP/AVP 98");
    expect(portsOf("sip", [[0, offer]])).toEqual(["udp :5004 of 0"]);
    expect(portsOf("sip", [[0, invite("m=message 9 TCP/MSRP *", "m=image 5010 TCP 1")]])).toEqual([
      "tcp :5010 of 0",
    ]);
  });

  it("gives ICE candidates", () => {
    const offer = invite(
      "m=audio 9 UDP/TLS/RTP/SAVPF 0",
      "a=candidate:1 1 UDP 2130706431 192.0.2.1 49170 typ host",
      "a=candidate:2 1 tcp 1694498815 203.0.113.9 9 typ srflx raddr 192.0.2.1 rport 9 tcptype active",
      "a=candidate:3 1 udp 1 203.0.113.9 50000 typ srflx raddr 192.0.2.1 rport 49170",
      "a=candidate:4 1 udp 1 printer.local 50001 typ host",
    );
    expect(portsOf("sip", [[0, offer]])).toEqual(["udp 192.0.2.1:49170 of 0", "udp 203.0.113.9:50000 of 0"]);
  });

  it("is parsed for session descriptions only, up to a limit", () => {
    expect(portsOf("sip", [[0, head("INVITE sip:b SIP/2.0", "m=audio 5004 RTP/AVP 0")]])).toEqual([]);
    expect(
      portsOf("sip", [[0, invite(...Array(10_000).fill("m=audio 5004 RTP/AVP 0"))]]).length,
    ).toBeLessThan(64);
    expect(portsOf("sip", [[0, `INVITE x SIP/2.0\r\nconstructor: 1\r\n__proto__: 2\r\n\r\n`]])).toEqual([]);
  });
});

describe("an FTP control connection", () => {
  const lines = (side: 0 | 1, ...texts: readonly string[]) =>
    portsOf(
      "ftp",
      texts.map((text) => [side, `${text}\r\n`] as const),
    );

  it("gives the listening port of the server or of the client", () => {
    expect(lines(1, "227 Entering Passive Mode (192,0,2,1,195,89).")).toEqual(["tcp 192.0.2.1:50009 of 1"]);
    expect(lines(1, "227 =0,0,0,0,195,89")).toEqual(["tcp :50009 of 1"]);
    expect(lines(1, "229 Entering Extended Passive Mode (|||50009|)")).toEqual(["tcp :50009 of 1"]);
    expect(lines(1, "229 Entering (!!!50009!)")).toEqual(["tcp :50009 of 1"]);
    expect(lines(0, "PORT 192,0,2,2,159,123")).toEqual(["tcp 192.0.2.2:40827 of 0"]);
    expect(lines(0, "eprt |1|192.0.2.2|40827|")).toEqual(["tcp 192.0.2.2:40827 of 0"]);
    expect(lines(0, "EPRT |2|2001:db8::2|40827|")).toEqual(["tcp 2001:db8::2:40827 of 0"]);
  });

  it("gives no result for similar lines", () => {
    for (const text of [
      "227 Entering Passive Mode (192,0,2,256,195,89).",
      "227-Entering Passive Mode (192,0,2,1,195,89).",
      "227 Entering Passive Mode (192,0,2,1,0,0).",
      "229 Entering Extended Passive Mode (|||0|)",
      "229 Entering Extended Passive Mode (|||70000|)",
      "229 Entering Extended Passive Mode (||50009|)",
      "230 Login successful (|||50009|)",
      "PORT 192,0,2,2",
      "RETR PORT 192,0,2,2,159,123",
      "EPRT |1|192.0.2.2|",
    ]) {
      expect(lines(0, text), text).toEqual([]);
    }
  });

  it("is not parsed further once it is encrypted", () => {
    const reader = readerOf("ftp", true, () => {});
    const bytes = new Uint8Array(Buffer.from("234 Proceed with negotiation.\r\n"));
    expect(reader?.read(1, { bytes, offset: 0, end: bytes.length })).toBe(false);
  });
});

it("exactly the protocols that can announce ports have a reader", () => {
  for (const protocol of PROTOCOLS) {
    expect(readerOf(protocol, true, () => {}) !== null, protocol).toBe(mayAnnounce(protocol));
  }
});
