/** Names of Apple's that were refused, among thousands that are nobody's business here. */
import { expect, it } from "vitest";
import { address, answerTo, buildDns, RESPONSE_FLAGS } from "../support/dns-builder.ts";
import { CLIENT, reachOf, udp } from "./reach-packets.ts";

const RESOLVER = { address: "192.0.2.1", port: 53 };
const NO_SUCH_NAME = 3;
/** More than refused names, or answered ones, are kept. */
const OTHERS = 9000;

function answered(name: string, i: number): Uint8Array {
  return udp(RESOLVER, CLIENT, [...answerTo(name, address(name, `198.18.${i >> 8}.${i & 255}`))]);
}

function refused(name: string): Uint8Array {
  const message = buildDns({ flags: RESPONSE_FLAGS | NO_SUCH_NAME, questions: [{ name, type: 1 }] });
  return udp(RESOLVER, CLIENT, [...message]);
}

it("are those that nobody answered, however many others are answered and refused", async () => {
  const { report, summary } = await reachOf([
    refused("gdmf.apple.com"),
    answered("mesu.apple.com", OTHERS),
    ...Array.from({ length: OTHERS }, (_, i) => answered(`site${i}.example`, i)),
    ...Array.from({ length: OTHERS }, (_, i) => refused(`tracker${i}.example`)),
    refused("mesu.apple.com"),
  ]);
  expect(report.blockedNames.map(({ name, how }) => [name, how])).toEqual([["gdmf.apple.com", "nxdomain"]]);
  expect(summary.evidenceDropped.names).toBe(0);
});
