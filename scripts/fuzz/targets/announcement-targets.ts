/** The readers of sessions that announce ports: their messages one after the other, as one stream. */
import { readerOf } from "../../../src/evidence/payload/announcements/announcement-readers.ts";
import { MessageStream } from "../../../src/evidence/payload/announcements/message-stream.ts";
import type { Protocol } from "../../../src/net/application-protocols.ts";
import { portText } from "../../../test/support/announcing.ts";
import { bind, request, response } from "../../../test/support/endpoint-map-messages.ts";
import { type ByteReader, byteTargets } from "../fuzz-target.ts";

const lines = (...texts: readonly string[]) => bytesOf(texts.map((text) => `${text}\r\n`).join(""));
const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

const TRANSPORT =
  "RTP/AVP;unicast;client_port=39166-39167;server_port=6970-6971;source=192.0.2.1,RTP/AVP/TCP";
const DESCRIPTION = [
  "c=IN IP4 192.0.2.1",
  "m=audio 49170/2 RTP/AVP 0",
  "a=rtcp:53020 IN IP4 192.0.2.1",
  "a=candidate:1 1 UDP 2130706431 192.0.2.1 49170 typ host",
];
const LENGTH = DESCRIPTION.join("\r\n").length + 2;
const SDP = ["Content-Type: application/sdp", `Content-Length: ${LENGTH}`, "", ...DESCRIPTION];
/** A stream of type 103 with its ports, made by Python's plistlib. */
const PROPERTY_LIST = hex(
  "62706c6973743030d101025773747265616d73a103d40405060708090a0b5b636f6e74726f6c506f72745864617461506f727458737472" +
    "65616d4944547479706511177111c0a810011067080b13151e2a333c414447490000000000000101000000000000000c00000000000000" +
    "00000000000000004b",
);
/** GETPORT and its response (rpcbind). */
const GET_PORT = hex(
  "8000005401173a6d0000000000000002000186a00000000200000003000000010000001c00f73a6c000000066c69626e6673000000000000" +
    "00000000000000000000000000000000000186a50000000300000006000000008000001c01173a6d00000001000000000000000000000000" +
    "000000000000037c",
);

/** One target for each reader. */
export const ANNOUNCEMENT_TARGETS = byteTargets([
  reader("rtsp-session", "rtsp", [
    lines(
      "SETUP rtsp://a/b RTSP/1.0",
      `Transport: ${TRANSPORT}`,
      "",
      "RTSP/1.0 200 OK",
      `Transport: ${TRANSPORT}`,
      "",
    ),
    lines("RTSP/1.0 200 OK", ...SDP),
    new Uint8Array(
      Buffer.concat([
        lines(
          "RTSP/1.0 200 OK",
          "Content-Type: application/x-apple-binary-plist",
          `Content-Length: ${PROPERTY_LIST.length}`,
          "",
        ),
        PROPERTY_LIST,
      ]),
    ),
  ]),
  reader("sip-session", "sip", [lines("INVITE sip:b@example.com SIP/2.0", ...SDP)]),
  reader("ftp-session", "ftp", [
    lines(
      "227 Entering Passive Mode (192,0,2,1,195,89)",
      "229 Entering (|||50009|)",
      "EPRT |2|2001:db8::1|5282|",
    ),
  ]),
  reader("port-mapper", "onc-rpc", [GET_PORT]),
  reader("endpoint-mapper", "dce-rpc", [
    new Uint8Array(
      Buffer.concat([bind(), request(2), response(2, [{ port: 49_152, extra: 1 }, { port: 49_153 }])]),
    ),
  ]),
]);

function reader(name: string, protocol: Protocol, samples: readonly Uint8Array[]): ByteReader {
  return {
    name,
    samples,
    run: (bytes, offset, end) => {
      const ports: string[] = [];
      const messages = readerOf(protocol, true, (port) => ports.push(portText(port)));
      if (messages === null) throw new Error(`nothing reads ${protocol}`);
      const stream = new MessageStream(messages.lengthOf, (message) => messages.read(0, message));
      return [stream.add(bytes, offset, end), stream.heldBytes, ports];
    },
  };
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
