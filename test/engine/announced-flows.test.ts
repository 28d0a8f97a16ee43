/** Flows to ports announced by other flows, through the whole analysis, and similar flows that are not. */
import { describe, expect, it } from "vitest";
import {
  CLIENT,
  flowAt,
  flowsOf,
  ftp,
  OTHER,
  rtsp,
  SERVER,
  textHead,
} from "../support/announced-captures.ts";
import { Capture } from "../support/conversation.ts";
import { bind, OTHER_INTERFACE, request, response } from "../support/endpoint-map-messages.ts";

describe("a flow to an announced port", () => {
  it("is attributed like its session, and refers to it", async () => {
    const capture = new Capture();
    rtsp(capture);
    capture.udp(`${SERVER}:6970`, `${CLIENT}:39166`);
    const flows = await flowsOf(capture);
    const session = flows.find(({ transport }) => transport === "tcp");
    const media = flows.find(({ transport }) => transport === "udp");
    expect(session).toMatchObject({ class: "listed", protocol: "rtsp", announcedBy: null });
    expect(media).toMatchObject({
      class: "listed",
      candidates: session?.candidates,
      protocol: "rtsp",
      evidence: null,
      announcedBy: session?.communityId,
      // Both ends were announced: the server's is the service.
      orientation: "payload",
      servicePort: 6970,
      responder: { address: SERVER, port: 6970 },
    });
  });

  it("is identified if the session is: audio, control and timing of AirPlay, by RAOP alone", async () => {
    const capture = new Capture();
    const common = "RTP/AVP/UDP;unicast;mode=record;control_port=6001;timing_port=6002";
    capture
      .tcp(`${CLIENT}:40000`, `${SERVER}:5000`)
      .client(
        textHead("SETUP rtsp://a/1 RTSP/1.0", "CSeq: 1", `Transport: ${common}`, "User-Agent: iTunes/11.0.4"),
      )
      .server(
        textHead(
          "RTSP/1.0 200 OK",
          "CSeq: 1",
          "Server: AirTunes/105.1",
          `Transport: ${common};server_port=6003`,
        ),
      );
    capture.udp(`${CLIENT}:47441`, `${SERVER}:6003`).udp(`${SERVER}:6002`, `${CLIENT}:6002`);
    for (const port of [6002, 6003]) {
      expect(await flowAt(capture, port)).toMatchObject({
        class: "identified",
        products: ["AirPlay"],
        evidence: "announced",
        protocol: "raop",
        servicePort: port,
        responder: { address: SERVER },
      });
    }
  });

  it("of FTP is unlisted like its session, in both modes, over IPv6, and behind NAT", async () => {
    const capture = new Capture();
    ftp(capture)
      .server("227 Entering Passive Mode (192,0,2,2,195,89)\r\n")
      .client("PORT 192,0,2,1,159,123\r\n");
    capture.tcp(`${CLIENT}:40001`, `${SERVER}:50009`).server("data");
    capture.tcp(`${SERVER}:20`, `${CLIENT}:40827`).client("data");
    for (const port of [50_009, 40_827]) {
      const flow = await flowAt(capture, port);
      expect(flow).toMatchObject({
        class: "unlisted",
        reason: "no-product-listed",
        candidates: [],
        protocol: "ftp",
      });
      expect(flow.announcedBy).not.toBeNull();
    }
    const six = new Capture();
    six
      .tcp("[2001:db8::1]:40000", "[2001:db8::2]:21")
      .server("220 ready\r\n")
      .client("USER a\r\n")
      .server("229 Entering Extended Passive Mode (|||50009|)\r\n");
    six.tcp("[2001:db8::1]:40001", "[2001:db8::2]:50009").server("data");
    expect((await flowAt(six, 50_009)).reason).toBe("no-product-listed");
    const behind = new Capture();
    ftp(behind).server("227 Entering Passive Mode (10,0,0,5,195,89)\r\n");
    behind.tcp(`${CLIENT}:40001`, `${SERVER}:50009`).server("data");
    expect((await flowAt(behind, 50_009)).reason).toBe("no-product-listed");
  });

  it("of SIP connects the two parties, even if a proxy relays their messages", async () => {
    const body = (address: string, port: number) =>
      `v=0\r\nc=IN IP4 ${address}\r\nm=audio ${port} RTP/AVP 0\r\n`;
    const capture = new Capture();
    const sip = (start: string, text: string) =>
      `${textHead(start, "Content-Type: application/sdp", `Content-Length: ${text.length}`)}${text}`;
    capture
      .udp(`${CLIENT}:5060`, `${SERVER}:5060`, sip("INVITE sip:b@example.com SIP/2.0", body(CLIENT, 50_000)))
      .udp(`${SERVER}:5060`, `${CLIENT}:5060`, sip("SIP/2.0 200 OK", body(OTHER, 60_000)))
      .udp(`${CLIENT}:50000`, `${OTHER}:60000`)
      .udp(`${CLIENT}:50001`, `${OTHER}:60001`)
      .udp(`${CLIENT}:50004`, `${OTHER}:60004`);
    for (const port of [60_000, 60_001]) {
      expect(await flowAt(capture, port)).toMatchObject({
        class: "unlisted",
        protocol: "sip",
        servicePort: port,
      });
    }
    expect((await flowAt(capture, 60_004)).announcedBy).toBeNull();
  });

  it("given by a directory keeps its own row if the list has one", async () => {
    const capture = new Capture();
    capture
      .tcp(`${CLIENT}:40000`, `${SERVER}:135`)
      .client(bind())
      .server(bindAck())
      .client(request(2))
      .server(response(2, [{ port: 49_200 }, { port: 548 }]));
    capture.tcp(`${CLIENT}:40001`, `${SERVER}:49200`).client(bind(OTHER_INTERFACE));
    capture.tcp(`${CLIENT}:40002`, `${SERVER}:548`);
    const session = await flowAt(capture, 135);
    expect(session).toMatchObject({ protocol: "dce-rpc", class: "unlisted" });
    const told = await flowAt(capture, 49_200);
    expect(told).toMatchObject({
      class: session.class,
      reason: session.reason,
      announcedBy: session.communityId,
    });
    expect(await flowAt(capture, 548)).toMatchObject({ class: "listed", announcedBy: session.communityId });
  });

  it("keeps its own stronger evidence", async () => {
    const capture = new Capture();
    ftp(capture).server("227 Entering Passive Mode (17,0,0,1,195,89)\r\n");
    capture.tcp(`${CLIENT}:40001`, "17.0.0.1:50009").server("data");
    expect(await flowAt(capture, 50_009)).toMatchObject({
      class: "apple",
      evidence: "address",
      protocol: "ftp",
    });
  });
});

describe("a flow is not matched to an announcement", () => {
  const media = (from: string, to: string, before?: (capture: Capture) => void) => {
    const capture = new Capture();
    rtsp(capture);
    before?.(capture);
    return capture.udp(from, to);
  };

  it("of other hosts, other ports or the other transport", async () => {
    for (const [from, to, port] of [
      [`${OTHER}:6970`, `${CLIENT}:39166`, 6970],
      [`${SERVER}:6970`, `${OTHER}:39166`, 6970],
      [`${SERVER}:6972`, `${CLIENT}:39168`, 6972],
      // The port of one side at the address of the other.
      [`${SERVER}:39166`, `${CLIENT}:6970`, 6970],
    ] as const) {
      expect((await flowAt(media(from, to), port)).announcedBy, from).toBeNull();
    }
    const capture = new Capture();
    rtsp(capture);
    capture.tcp(`${CLIENT}:40001`, `${SERVER}:6970`);
    expect((await flowAt(capture, 6970)).announcedBy).toBeNull();
  });

  it("that comes after it, or whose session ended long before", async () => {
    const early = new Capture().udp(`${SERVER}:6970`, `${CLIENT}:39166`);
    rtsp(early);
    expect((await flowAt(early, 6970)).announcedBy).toBeNull();
    const later = (seconds: number) =>
      flowAt(
        media(`${SERVER}:6970`, `${CLIENT}:39166`, (capture) => capture.wait(seconds)),
        6970,
      );
    expect((await later(115)).announcedBy).not.toBeNull();
    expect((await later(125)).announcedBy).toBeNull();
    const data = (seconds: number) => {
      const capture = new Capture();
      ftp(capture).server("229 Entering Extended Passive Mode (|||50009|)\r\n");
      capture.wait(seconds).tcp(`${CLIENT}:40001`, `${SERVER}:50009`);
      return flowAt(capture, 50_009);
    };
    expect((await data(55)).announcedBy).not.toBeNull();
    expect((await data(65)).announcedBy).toBeNull();
  });

  it("in port-only mode", async () => {
    const capture = new Capture();
    rtsp(capture);
    capture.udp(`${SERVER}:6970`, `${CLIENT}:39166`);
    const flow = await flowAt(capture, 6970, { rules: null });
    expect(flow).toMatchObject({ class: "range", announcedBy: null });
  });
});

function bindAck(): Uint8Array {
  const ack = bind();
  ack[2] = 12;
  return ack;
}
