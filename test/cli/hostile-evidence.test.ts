/** Hostile names in handshakes, DNS, mDNS, DHCP and processes, in every output of every command. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import {
  address,
  answerTo,
  buildDns,
  MDNS_RESPONSE_FLAGS,
  service,
} from "../../src/testing/builders/dns-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

/** Escape sequences, a fake report line, right-to-left text, a formula, markup, quotes. */
const EVILS = [
  "\u001b[2J\u001b]0;owned\u0007.example",
  "a.example\nTotal  0  0  0.0%",
  "\u202egnp.exe.example",
  '=HYPERLINK("http://x")',
  "<script>alert(1)</script>",
  `it's "quoted",.example`,
];
const CLIENT = "10.0.0.7";

let folder: CaptureFolder;
let capture: string;

beforeAll(() => {
  folder = new CaptureFolder();
  let file = pcapng().section().interface();
  for (const [i, evil] of EVILS.entries()) {
    const server = `198.51.100.${i + 1}`;
    file = file
      .appleProcess(i + 1, evil)
      .packet(
        packet()
          .ethernet()
          .ipv4({ source: CLIENT, destination: server })
          .tcp({ sourcePort: 50_000 + i, destinationPort: 443, flags: "PA" })
          .payload(toRecords(buildClientHello(serverName(Buffer.from(evil, "utf8")))))
          .build(),
      )
      .packet(dnsPacket("10.0.0.1", 53, CLIENT, answerTo(evil, address([evil], `203.0.113.${i + 1}`))))
      .packet(
        dnsPacket(
          CLIENT,
          5353,
          "224.0.0.251",
          buildDns({
            flags: MDNS_RESPONSE_FLAGS,
            answers: [
              service([evil, "_airplay", "_tcp", "local"], 7000, [evil, "local"]),
              address([evil, "local"], CLIENT),
            ],
          }),
        ),
      );
  }
  capture = folder.put(`evil.pcapng`, file.build());
});
afterAll(() => folder.remove());

function dnsPacket(source: string, port: number, destination: string, message: Uint8Array): Uint8Array {
  return packet()
    .ethernet()
    .ipv4({ source, destination })
    .udp({ sourcePort: port, destinationPort: port === 53 ? 50_053 : port })
    .payload(message)
    .build();
}

describe.each([
  ["summarize", "--by", "device", "--domains"],
  ["summarize", "--by", "device", "--domains", "--format", "csv"],
  ["summarize", "--by", "device", "--domains", "--format", "json"],
  ["summarize", "--by", "device", "--domains", "--format", "ndjson"],
  ["summarize", "--by", "device", "--domains", "--every", "1m"],
  ["summarize", "--by", "server", "--format", "csv"],
  ["summarize", "--by", "server", "--top", "100"],
  ["summarize", "--by", "server", "--format", "ndjson"],
  ["flows"],
  ["flows", "--format", "csv"],
  ["flows", "--explain", CLIENT],
])("the output of %s %s %s %s", (...args: string[]) => {
  it("contains no control sequence of a hostile name", async () => {
    const [command, ...options] = args.filter((word) => word !== undefined);
    const { status, stdout } = await runCli([command, capture, "--max-flows", "100", ...options]);
    expect(status).toBe(0);
    expect(
      [...stdout].filter((character) => /[\p{Cc}\p{Cf}]/u.test(character) && character !== "\n"),
    ).toEqual([]);
    expect(stdout).not.toMatch(/^Total {2}0/m);
    if (options.includes("csv")) expect(stdout).not.toMatch(/(^|,)=HYPERLINK/m);
    // The names must occur, otherwise the test proves nothing.
    expect(stdout).toContain("owned");
    expect(stdout).toContain("script");
  });
});
