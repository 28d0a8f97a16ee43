/**
 * NNTP (RFC 3977, 5): many protocols answer with 200, so the client's command decides.
 */
import { classifyCommand, classifyGreeting, eitherKind } from "./reply-codes.ts";
import { byteRange, initials, type Signature } from "./signature.ts";

const GREETINGS = ["200 ", "201 "];
const COMMANDS =
  "MODE CAPABILITIES GROUP AUTHINFO LIST ARTICLE HEAD BODY STAT XOVER OVER STARTTLS NEWGROUPS DATE POST IHAVE CHECK TAKETHIS".split(
    " ",
  );

export const nntp: Signature = {
  protocols: ["nntp"],
  transports: ["tcp"],
  firstBytes: [...initials(GREETINGS), ...byteRange(0x41, 0x5a), ...byteRange(0x61, 0x7a)],
  classify: (message) => eitherKind(classifyGreeting(message, GREETINGS), classifyCommand(message, COMMANDS)),
};
