/** NNTP (RFC 3977, 5): servers of many protocols answer with 200, so the client's command decides. */
import { classifyCommand, classifyGreeting, commandTable, eitherKind } from "./reply-codes.ts";
import { initials, type Signature } from "./signature.ts";

const GREETINGS = ["200 ", "201 "];
const COMMANDS = commandTable(
  "MODE CAPABILITIES GROUP AUTHINFO LIST ARTICLE HEAD BODY STAT XOVER OVER STARTTLS NEWGROUPS DATE POST IHAVE CHECK TAKETHIS",
);

export const nntp: Signature = {
  protocols: ["nntp"],
  transports: ["tcp"],
  firstBytes: [...initials(GREETINGS), ...COMMANDS.firstBytes],
  classify: (message) =>
    eitherKind(classifyGreeting(message, GREETINGS), classifyCommand(message, COMMANDS.table)),
};
