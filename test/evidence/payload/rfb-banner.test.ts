import { expect, it } from "vitest";
import { RfbBanner, readRfbBanner } from "../../../src/evidence/payload/rfb-banner.ts";

it.each([
  ["RFB 003.889\n", RfbBanner.APPLE],
  ["RFB 003.889\nmore", RfbBanner.APPLE],
  ["RFB 003.889", RfbBanner.UNFINISHED],
  ["R", RfbBanner.UNFINISHED],
  ["RFB 003.008\n", RfbBanner.OTHER],
  ["RFB 003.889 ", RfbBanner.OTHER],
  ["X", RfbBanner.OTHER],
])("reads %j as %i", (text, banner) => {
  const bytes = Buffer.from(`.${text}RFB 003.889\n`, "latin1");
  expect(readRfbBanner(bytes, 1, 1 + text.length)).toBe(banner);
});
