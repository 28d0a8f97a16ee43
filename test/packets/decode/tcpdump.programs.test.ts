/** The catalogue's link types that tshark cannot read, as decoded by tcpdump. Skipped if it is not installed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pcap } from "../../../src/testing/builders/capture-builder.ts";
import { decodeBuilt } from "../../support/decode-built.ts";
import { RARE_LINKS } from "./rare-link-catalogue.ts";

/** Link types that tshark (4.0) does not read, or treats as data, but tcpdump does. */
const COMPARED_LINK_TYPES = [8, 182, 281, 282, 284, 285];

const hasTcpdump = findTcpdump();
if (!hasTcpdump) console.info("tcpdump is not installed: its opinion is not asked");

function findTcpdump(): boolean {
  try {
    execFileSync("tcpdump", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasTcpdump)("tcpdump finds the same ports", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-tcpdump-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const compared = RARE_LINKS.filter(({ packet, linkType }) =>
    COMPARED_LINK_TYPES.includes(linkType ?? packet.linkType),
  );

  it.each(compared)("in $name", ({ packet, linkType }) => {
    const file = join(folder, "packet.pcap");
    const capture = pcap({ linkType: linkType ?? packet.linkType });
    writeFileSync(file, capture.record(packet.build()).build());
    const line = execFileSync("tcpdump", ["-nr", file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { out } = decodeBuilt(packet, linkType === undefined ? {} : { linkType });
    expect(line).toMatch(new RegExp(`IP6? \\S+\\.${out.sourcePort} > \\S+\\.${out.destinationPort}: `));
  });
});
