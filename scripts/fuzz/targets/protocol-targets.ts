/** Protocol recognition over both transports. */
import type { FlowStart, Message } from "../../../src/evidence/payload/protocols/flow-start.ts";
import { recognise } from "../../../src/evidence/payload/protocols/recognise.ts";
import { ALL_SAMPLES } from "../../../test/support/protocol-samples/all-samples.ts";
import { startOf } from "../../../test/support/protocol-samples/protocol-sample.ts";
import { type ByteReader, byteTargets } from "../fuzz-target.ts";

const PORTS = { sourcePort: 50_123, destinationPort: 50_124 };
/** The other side of every mutant: an answer that may fit several protocols. */
const ANSWER = Uint8Array.from(Buffer.from("220 ready\r\n", "latin1"));

function samplesOf(transport: FlowStart["transport"]): readonly Uint8Array[] {
  return ALL_SAMPLES.filter((sample) => sample.transport === transport)
    .flatMap((sample) => startOf(sample).sides.flat())
    .map(({ bytes }) => bytes);
}

function messageOf(bytes: Uint8Array, offset: number, end: number, isStream: boolean): Message {
  return { bytes, offset, end, length: end - offset, isStream, isFull: true, isBeginning: true, ...PORTS };
}

function reader(transport: FlowStart["transport"]): ByteReader {
  const isStream = transport === "tcp";
  const answer = messageOf(ANSWER, 0, ANSWER.length, isStream);
  return {
    name: `recognise-${transport}`,
    samples: samplesOf(transport),
    run: (bytes, offset, end) => {
      const message = messageOf(bytes, offset, end, isStream);
      return recognise({ transport, sides: [[message], [answer]], announced: null });
    },
  };
}

/** One for each transport. */
export const PROTOCOL_TARGETS = byteTargets([reader("tcp"), reader("udp")]);
