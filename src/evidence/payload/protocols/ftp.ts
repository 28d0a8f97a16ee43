/**
 * FTP control connections (RFC 959, 4.2 and 5.3; RFC 4217, 4). SMTP greets with the same 220, and IRC and POP3 also have
 * USER: only both sides together are conclusive.
 */
import { classifyCommand, classifyGreeting, commandTable, eitherKind } from "./reply-codes.ts";
import { initials, type Signature } from "./signature.ts";

const GREETINGS = ["220 ", "220-", "120 "];
const COMMANDS = commandTable("USER AUTH FEAT SYST HOST OPTS PASS ACCT CLNT LANG PBSZ");

export const ftp: Signature = {
  protocols: ["ftp"],
  transports: ["tcp"],
  firstBytes: [...initials(GREETINGS), ...COMMANDS.firstBytes],
  classify: (message) =>
    eitherKind(classifyGreeting(message, GREETINGS), classifyCommand(message, COMMANDS.table)),
};
