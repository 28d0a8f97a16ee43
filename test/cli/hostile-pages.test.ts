/** Names that strangers chose - in handshakes, mDNS, DHCP, files and interfaces - in every page: nothing runs, nothing breaks. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { address, service } from "../../src/testing/builders/dns-builder.ts";
import { dhcpRequest, multicast, sent } from "../support/device-network.ts";
import { faultsOf, policyOf, tagsOf } from "../support/page-reader.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

/** What ends elements, attributes, comments, styles; what scripts; references; what turns text round, hides, or is too long. */
const EVILS = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</title><script>alert(1)</script>",
  "</style><style>*{display:none}</style>",
  "</td></tr></table><h1>owned</h1>",
  "<!-- owned",
  "--> ]]> <![CDATA[ owned",
  "&lt;script&gt;&#60;b&#62;&amp",
  "javascript:alert(1)",
  "<svg/onload=alert(1)>",
  "{{owned}} #{owned} <%= owned %>",
  "\u202egnp.exe",
  "\u001b[2J\u001b]0;owned\u0007",
  "two\nlines\r\u0085\u2028end",
  `${"w".repeat(60)}\u200b\u{e0041}\ufeff\0`,
];
const ROUTER = { ip: "10.0.0.1", mac: "02:00:00:00:ff:01" };

let folder: CaptureFolder;
const captures: string[] = [];

/** One capture for each name: named by it, on an interface of it, with a device of it that asks for a server of it. */
function captureOf(evil: string, place: number): Uint8Array {
  const device = { ip: `10.0.0.${place + 10}`, mac: `02:00:00:00:00:${(place + 16).toString(16)}` };
  const hello = toRecords(buildClientHello(serverName(Buffer.from(evil, "utf8"))));
  const ofApple = toRecords(buildClientHello(serverName(Buffer.from(`${evil}.apple.com`, "utf8"))));
  const packets = [
    dhcpRequest(device.mac, [
      [12, evil],
      [60, evil],
      [50, device.ip.split(".").map(Number)],
    ]),
    multicast(device, {
      answers: [
        service([evil, "_airplay", "_tcp", "local"], 7000, [evil, "local"]),
        address([evil, "local"], device.ip),
      ],
    }),
    sent(device, { ip: "198.51.100.7", mac: ROUTER.mac }, { data: hello }),
    sent(device, { ip: "17.253.15.201", mac: ROUTER.mac }, { ports: [50_001, 443], data: ofApple }),
    // Nobody answers: reach has something to say.
    ...[0, 3, 6].map((at) =>
      sent(device, { ip: "17.57.144.10", mac: ROUTER.mac }, { ports: [50_002, 5223], at }),
    ),
    sent(device, ROUTER, { ports: [50_003, 53], transport: "udp", at: 60 }),
  ];
  let file = pcapng().section().interface({ name: evil });
  for (const { bytes, time } of packets) {
    file = file.packet(bytes, { seconds: Number((time ?? 0n) / 1_000_000_000n) });
  }
  return concatBytes(file.statistics({ dropped: 3n }).build());
}

beforeAll(() => {
  folder = new CaptureFolder();
  for (const [place, evil] of EVILS.entries()) {
    const name = `${place}-${evil.replace(/[/\0]/g, "_")}.pcapng`;
    captures.push(folder.put(name, captureOf(evil, place)));
  }
});
afterAll(() => folder.remove());

const ALLOWED_ATTRIBUTES =
  /^(lang|charset|http-equiv|content|name|class|id|aria-label(ledby)?|aria-hidden|role|tabindex|href|scope|value|viewBox|preserveAspectRatio|x|d|width|height|patternUnits|patternTransform)$/;

describe.each([
  ["summarize", "--all"],
  ["summarize", "--no-evidence"],
  ["summarize", "--every", "1s"],
  ["reach"],
  ["diff"],
])("%s %s %s of hostile names", (...args: string[]) => {
  it("is a valid page without a tag, an attribute or an order of theirs", async () => {
    const [command, ...options] = args.filter((word) => word !== undefined);
    const files = command === "diff" ? [captures[1], captures[5]] : captures;
    const { status, stdout } = await runCli([
      command,
      ...files,
      ...options,
      "--format",
      "html",
      "--max-flows",
      "500",
    ]);
    expect([0, 4]).toContain(status);
    expect(await faultsOf(stdout)).toEqual([]);
    const tags = tagsOf(stdout).map((tag) => tag.split(" "));
    expect(
      tags.map(([name]) => name).filter((name) => /^(script|img|iframe|link|odd|\d+)$/.test(name)),
    ).toEqual([]);
    expect(tags.flatMap(([, ...names]) => names).filter((name) => !ALLOWED_ATTRIBUTES.test(name))).toEqual(
      [],
    );
    expect([...stdout].filter((one) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one) && one !== "\n")).toEqual([]);
    expect(stdout.match(/<(style|title|h1)>/g)).toEqual(["<title>", "<style>", "<h1>"]);
    expect(policyOf(stdout).policy).toContain(policyOf(stdout).hash);
    // They are there, or the test would say nothing.
    expect(stdout).toContain("onerror=alert(1)&gt;");
  });
});

it("says of a summary's page all sixteen", async () => {
  const { stdout } = await runCli([
    "summarize",
    ...captures,
    "--format",
    "html",
    "--top",
    "100",
    "--max-flows",
    "500",
  ]);
  const text = stdout
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'");
  for (const word of [
    "alert(1)</script>",
    "onmouseover",
    "*{display:none}",
    "<h1>owned",
    "]]>",
    "javascript:",
  ]) {
    expect(text).toContain(word);
  }
  expect(text).toContain("\\u202egnp.exe");
  expect(text).toContain("&amp;lt;script&amp;gt;");
});
