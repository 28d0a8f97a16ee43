import { expect, it } from "vitest";
import { readRfbVersion } from "../../../src/evidence/payload/rfb-banner.ts";

it.each([
  ["RFB 003.889\n", "003.889"],
  ["RFB 003.889\nmore", "003.889"],
  ["RFB 003.008\n", "003.008"],
  ["RFB 003.889", "more"],
  ["R", "more"],
  ["RFB 003.889 ", null],
  ["RFB /003.88\n", null],
  ["RFB 003:889\n", null],
  ["RFB :03.889\n", null],
  ["X", null],
])("an RFB banner %j is read as %j", (text, version) => {
  const bytes = Buffer.from(`.${text}RFB 003.889\n`, "latin1");
  expect(readRfbVersion(bytes, 1, 1 + text.length)).toBe(version);
});
