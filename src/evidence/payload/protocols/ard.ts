/**
 * Apple Remote Desktop reporting (nmap 7.93, netassistant) on port 3283: a five-byte request, and an answer of about 1,000
 * bytes.
 */

import type { Message } from "./flow-start.ts";
import { hasPort, uint16At, uint24At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 3283;
const REQUEST = 0x0014;
const REQUEST_END = 0x00_0103;
const ANSWER = 0x0001;
const ANSWER_END = 0x0031;
const MIN_ANSWER = 300;

function classify(message: Message): Kind {
  if (!hasPort(message, PORT)) return Kind.NO;
  const code = uint16At(message, 0);
  if (code === REQUEST) return uint24At(message, 2) === REQUEST_END ? Kind.ASKS : Kind.NO;
  const isAnswer = code === ANSWER && uint16At(message, 4) === ANSWER_END && message.length > MIN_ANSWER;
  return isAnswer ? Kind.ANSWERS : Kind.NO;
}

export const ard: Signature = { protocols: ["ard"], transports: ["udp"], firstBytes: [0x00], classify };
