/** A stream cut into messages, in any segmentation. */
import { describe, expect, it } from "vitest";
import { IS_BROKEN, NEEDS_MORE } from "../../../../src/evidence/payload/announcements/announced-port.ts";
import { MessageStream } from "../../../../src/evidence/payload/announcements/message-stream.ts";
import { textMessageLength } from "../../../../src/evidence/payload/announcements/text-message.ts";

const text = (words: string) => new Uint8Array(Buffer.from(words, "latin1"));

function cut(pieces: readonly Uint8Array[], isWanted: (message: string) => boolean = () => true) {
  const messages: string[] = [];
  const stream = new MessageStream(textMessageLength, ({ bytes, offset, end }) => {
    const message = Buffer.from(bytes.subarray(offset, end)).toString("latin1");
    if (message.trim() !== "") messages.push(message);
    return isWanted(message);
  });
  const answers = pieces.map((piece) => stream.add(piece, 0, piece.length));
  return { messages, answers, stream };
}

const SETUP = "SETUP a RTSP/1.0\r\nCSeq: 1\r\n\r\n";
const WITH_BODY = "ANNOUNCE a RTSP/1.0\nContent-Length: 4\n\nv=0\n";
const MEDIA = `$\u0000\u0000\u0006SETUP `;

describe("text messages of a stream", () => {
  it("are the same in any segmentation, with media between them", () => {
    const whole = text(`${SETUP + MEDIA + WITH_BODY}\r\n${SETUP}`);
    for (let size = 1; size <= whole.length; size++) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
      expect(cut(pieces).messages).toEqual([SETUP, MEDIA, WITH_BODY, SETUP]);
    }
  });

  it("hold no bytes between two messages, and at most one incomplete message", () => {
    const { stream } = cut([text(SETUP), text("SETUP a RT")]);
    expect(stream.heldBytes).toBeGreaterThan(0);
    stream.add(text("SP/1.0\r\n\r\n"), 0, 10);
    expect(stream.heldBytes).toBe(0);
  });

  it("are skipped if too long, and parsing continues after them", () => {
    const long = `POST a RTSP/1.0\r\nContent-Length: 50000\r\n\r\n`;
    const pieces = [
      text(long),
      ...Array.from({ length: 49 }, () => new Uint8Array(1000)),
      text("x".repeat(1000) + SETUP),
    ];
    const { messages, stream } = cut(pieces);
    expect(messages).toEqual([SETUP]);
    expect(stream.heldBytes).toBe(0);
  });

  it("are abandoned after several segments without a beginning", () => {
    expect(cut(Array(9).fill(new Uint8Array([0, 1, 2]))).answers).toEqual([
      ...Array(7).fill(true),
      false,
      false,
    ]);
    expect(textMessageLength(text("A".repeat(5000)), 0, 5000)).toBe(IS_BROKEN);
    expect(textMessageLength(text("A".repeat(100)), 0, 100)).toBe(NEEDS_MORE);
    for (const length of ["-1", "1e99", "x", "4.5"]) {
      const message = text(`SETUP a RTSP/1.0\r\nContent-Length: ${length}\r\n\r\n`);
      expect(textMessageLength(message, 0, message.length)).toBe(IS_BROKEN);
    }
  });

  it("are no longer requested once the receiver declines", () => {
    expect(cut([text(SETUP + SETUP)], () => false)).toMatchObject({ messages: [SETUP], answers: [false] });
  });

  it("begin anew after a gap", () => {
    const { messages, stream } = cut([text("SETUP a RTSP/1.0\r\nTrans")]);
    stream.skipGap();
    stream.add(text(SETUP), 0, SETUP.length);
    expect(messages).toEqual([SETUP]);
  });
});
