/**
 * SMTP and LMTP (RFC 5321, 3.1 and 4.1.1.1; RFC 2033). FTP greets with the same 220: only both sides together are conclusive.
 */
import { classifyCommand, classifyGreeting, commandTable, eitherKind } from "./reply-codes.ts";
import { initials, type Signature } from "./signature.ts";

const GREETINGS = ["220 ", "220-", "554 ", "554-"];
const COMMANDS = commandTable("EHLO HELO LHLO");

export const smtp: Signature = {
  protocols: ["smtp"],
  transports: ["tcp"],
  firstBytes: [...initials(GREETINGS), ...COMMANDS.firstBytes],
  classify: (message) =>
    eitherKind(classifyGreeting(message, GREETINGS), classifyCommand(message, COMMANDS.table)),
};
