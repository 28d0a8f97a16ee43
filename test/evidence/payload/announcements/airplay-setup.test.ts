/** Ports in the property lists of AirPlay 2; the lists were made with Python's plistlib. */
import { describe, expect, it } from "vitest";
import { readPlistIntegers } from "../../../../src/evidence/payload/announcements/binary-plist.ts";
import { portsOf } from "../../../support/announcing.ts";

/** timingProtocol NTP, timingPort 51234, deviceID. */
const SESSION_ASKED =
  "62706c6973743030d30101020304050658" +
  "64657669636549445a74696d696e67506f72745e74696d696e6750726f746f636f6c5f101141413a42423a43433a44443a45453a464611c822" +
  "534e5450080f1823324649000000000000010100000000000000070000000000000000000000000000004d";
/** eventPort 49300, timingPort 49301. */
const SESSION_ANSWERED =
  "62706c6973743030d201020304596576656e74506f72745a74696d696e67506f727411c09411c095080d1722250000000000000101000000000000" +
  "000500000000000000000000000000000028";
/** A stream of type 96: dataPort 49310, controlPort 49311. */
const REALTIME =
  "62706c6973743030d101025773747265616d73a103d30405060708095b636f6e74726f6c506f72745864617461506f72745474797065" +
  "11c09f11c09e1060080b13151c283136393c0000000000000101000000000000000a0000000000000000000000000000003e";
/** One of type 103: dataPort 49320, controlPort 6001, streamID 1. */
const BUFFERED =
  "62706c6973743030d101025773747265616d73a103d40405060708090a0b5b636f6e74726f6c506f72745864617461506f727458737472" +
  "65616d4944547479706511177111c0a810011067080b13151e2a333c414447490000000000000101000000000000000c00000000000000" +
  "00000000000000004b";

const hex = (text: string) => new Uint8Array(Buffer.from(text.length % 2 === 0 ? text : "", "hex"));

function message(start: string, list: Uint8Array): Uint8Array {
  const head = `${start}\r\nContent-Type: application/x-apple-binary-plist\r\nContent-Length: ${list.length}\r\n\r\n`;
  return new Uint8Array(Buffer.concat([Buffer.from(head), list]));
}

const asks = (list: string) => portsOf("airplay", [[0, message("SETUP rtsp://a RTSP/1.0", hex(list))]]);
const answers = (list: string) => portsOf("airplay", [[1, message("RTSP/1.0 200 OK", hex(list))]]);

describe("a SETUP of AirPlay 2", () => {
  it("gives the ports of its sender", () => {
    expect(answers(SESSION_ANSWERED)).toEqual(["tcp :49300 of 1", "udp :49301 of 1"]);
    expect(answers(REALTIME)).toEqual(["udp :49311 of 1", "udp :49310 of 1"]);
    expect(answers(BUFFERED)).toEqual(["udp :6001 of 1", "tcp :49320 of 1"]);
  });

  it("is read only from the request and the successful response", () => {
    expect(asks(SESSION_ANSWERED)).toHaveLength(2);
    const record = message("RECORD rtsp://a RTSP/1.0", hex(SESSION_ANSWERED));
    expect(portsOf("airplay", [[0, record]])).toEqual([]);
    expect(portsOf("airplay", [[1, message("RTSP/1.0 400 Bad", hex(SESSION_ANSWERED))]])).toEqual([]);
  });
});

describe("a binary property list", () => {
  const read = (bytes: Uint8Array) => readPlistIntegers({ bytes, offset: 0, end: bytes.length });

  it("gives the same values at any offset", () => {
    const list = hex(BUFFERED);
    const bytes = new Uint8Array(list.length + 20).fill(0xa5);
    bytes.set(list, 7);
    expect(readPlistIntegers({ bytes, offset: 7, end: 7 + list.length })).toEqual(read(list));
    expect(Object.fromEntries(read(list)[1])).toEqual({
      controlPort: 6001,
      dataPort: 49_320,
      streamID: 1,
      type: 103,
    });
  });

  it("is parsed in bounded time and space, however damaged it is", () => {
    for (const text of [SESSION_ASKED, SESSION_ANSWERED, REALTIME, BUFFERED]) {
      const list = hex(text);
      for (let at = 8; at < list.length; at++) {
        for (const value of [0, 1, 0x0f, 0x1f, 0xaf, 0xdf, 0xff]) {
          const mutant = Uint8Array.from(list);
          mutant[at] = value;
          expect(read(mutant).length).toBeLessThan(1024);
        }
      }
      for (let end = 0; end < list.length; end++) read(list.subarray(0, end));
    }
  });

  it("that contains itself announces no ports", () => {
    // An array that contains itself twice: 2^depth without a limit.
    const list = hex(
      `62706c6973743030a20000${"08"}${"00".repeat(6)}0101${"0000000000000001"}${"0000000000000000"}${"000000000000000b"}`,
    );
    expect(read(list)).toEqual([]);
  });
});
