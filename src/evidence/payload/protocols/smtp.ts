/**
 * SMTP and LMTP (RFC 5321, 3.1 and 4.1.1.1; RFC 2033). FTP greets with the same 220: the two sides together tell.
 */
import { classifyCommand, classifyGreeting, eitherKind } from "./reply-codes.ts";
import { byteRange, initials, type Signature } from "./signature.ts";

const GREETINGS = ["220 ", "220-", "554 ", "554-"];
const COMMANDS = "EHLO HELO LHLO".split(" ");

export const smtp: Signature = {
  protocols: ["smtp"],
  transports: ["tcp"],
  firstBytes: [...initials(GREETINGS), ...byteRange(0x41, 0x5a), ...byteRange(0x61, 0x7a)],
  classify: (message) => eitherKind(classifyGreeting(message, GREETINGS), classifyCommand(message, COMMANDS)),
};
