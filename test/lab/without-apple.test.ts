/** Lab captures without Apple software: no byte of them is Apple's (docs/contract.md, "Apple totals"). */
import { expect, it } from "vitest";
import { listCaptured, readTruth } from "../../scripts/lab/captured-session.ts";
import { PRODUCTS_OF_NAMES } from "../../scripts/lab/name-score.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { parseIpv4Text, parseIpv6Words } from "../../src/net/address-text.ts";
import { appleRules } from "../support/analyze.ts";

const MAX_FLOWS = 2_000;

/** Sessions in which free software speaks protocols that identify Apple's products (docs/contract.md). */
const APPLE_PROTOCOLS: Readonly<Record<string, string>> = {
  airplay: "shairport-sync announces and speaks AirPlay",
  "apple-screen-sharing": "the server greets with Apple's version of RFB",
  "apple-printer": "avahi announces an AirPlay receiver beside the printer",
  bonjour: "avahi announces _companion-link._tcp, which only Apple's software does",
  "music-sharing": "a free server announces iTunes Music Sharing",
};

function isApples(address: string): boolean {
  const ipv4 = parseIpv4Text(address);
  if (ipv4?.bytes === 4) return appleRules.networks.appleIpv4(ipv4.address);
  const words = parseIpv6Words(address);
  return words !== null && appleRules.networks.appleIpv6(...words);
}

const sessions = listCaptured()
  .map(readTruth)
  .filter(
    ({ session, attempts }) =>
      !(session in APPLE_PROTOCOLS) &&
      attempts.every(
        ({ address, serverName }) =>
          (address === undefined || !isApples(address)) &&
          (serverName === undefined || PRODUCTS_OF_NAMES[serverName] === undefined),
      ),
  );

it("most lab captures are included in the test without Apple traffic", () => {
  expect(sessions.length).toBeGreaterThan(45);
});

it.each(sessions)("the lab capture $session has nothing of Apple's", async ({ capture }) => {
  const { classes, apple } = await summarize([`fixtures/lab/${capture}`], { maxFlows: MAX_FLOWS });
  expect({ identified: classes.identified.bytes, apple: classes.apple.bytes }).toEqual({
    identified: 0,
    apple: 0,
  });
  expect(apple.identified.bytes + apple.unknownProduct.bytes).toBe(0);
});
