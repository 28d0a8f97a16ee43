/** Hostile names in handshakes, mDNS, DHCP, files and interfaces. */
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { address, service } from "../../src/testing/builders/dns-builder.ts";
import { dhcpRequest, multicast, sent } from "./device-network.ts";

/** Text that ends elements, attributes, comments and styles; scripts; entities; reversed, hidden and overlong text. */
export const HOSTILE_NAMES = [
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

/** One capture for each name: with it as file name, interface name, device name and server name. */
export function hostileCapture(evil: string, place: number): Uint8Array {
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
    // Nobody answers, so that reach has something to report.
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
