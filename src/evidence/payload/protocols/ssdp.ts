/**
 * SSDP (UPnP Device Architecture 2.0, 1.2 and 1.3): HTTP in datagrams. Answers are recognised by `ST:` and `USN:`. Port
 * mapping searches for an Internet gateway.
 */

import type { ProductSign } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { ANY_VALUE, findField } from "./header-fields.ts";
import { available } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { HEAD_LIMIT } from "./start-line.ts";
import { findWord, Match, matchText, matchTexts } from "./text-reads.ts";

const SEARCH = "M-SEARCH * HTTP/1.";
const REQUESTS = [SEARCH, "NOTIFY * HTTP/1."];
const ANSWER = "HTTP/1.1 200 OK\r\n";
const FIELDS = ["ST:", "USN:"].map((name) => ({ name, values: ANY_VALUE, result: Kind.ANSWERS }));
const GATEWAYS = ["INTERNETGATEWAYDEVICE:", "WANIPCONNECTION:", "WANPPPCONNECTION:"];

function classify(message: Message): Kind {
  if (matchTexts(message, 0, REQUESTS) === Match.YES) return Kind.ASKS;
  if (matchText(message, 0, ANSWER) !== Match.YES) return Kind.NO;
  const limit = Math.min(available(message), HEAD_LIMIT);
  return findField(message, limit, FIELDS) ?? Kind.NO;
}

function signOf(message: Message): ProductSign | null {
  if (matchText(message, 0, SEARCH) !== Match.YES) return null;
  return GATEWAYS.some((name) => findWord(message, name, HEAD_LIMIT) >= 0) ? "gateway-search" : null;
}

export const ssdp: Signature = {
  protocols: ["ssdp"],
  transports: ["udp"],
  firstBytes: initials([...REQUESTS, ANSWER]),
  classify,
  signOf,
};
