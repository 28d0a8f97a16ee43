/** The readers of DNS, multicast DNS and DHCP, and the caches that they fill. */

import { DeviceNames } from "../../../src/evidence/observation/device-names.ts";
import { LocalServices } from "../../../src/evidence/observation/local-services.ts";
import { NameCache } from "../../../src/evidence/observation/name-cache.ts";
import { readDhcpMessage } from "../../../src/evidence/payload/dhcp-names.ts";
import { type DnsMessage, DnsType, readDnsMessage } from "../../../src/evidence/payload/dns-message.ts";
import { DnsStream } from "../../../src/evidence/payload/dns-stream.ts";
import { type AddressKey, ipv4Key } from "../../../src/net/address-key.ts";
import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import {
  address,
  alias,
  answerTo,
  binding,
  buildDns,
  QUERY_FLAGS,
  uncompressed,
} from "../../../src/testing/builders/dns-builder.ts";
import { buildDhcp } from "../../../test/support/dhcp-builder.ts";
import {
  DHCP_ACK,
  DHCP_FULL_NAME,
  DHCP_REQUEST,
  DNS_ALIASES,
  DNS_HINTS,
  DNS_NO_NAME,
  MDNS_AIRPLAY,
  MDNS_ANNOUNCEMENT,
} from "../../../test/support/real-names.ts";
import { SeededRandom } from "../../fixtures/seeded-random.ts";
import { byteTargets } from "../fuzz-target.ts";

const CLIENT = ipv4Key(0x0a000005);
const RESOLVER = ipv4Key(0x0a000001);
const SECONDS = 1_700_000_000;

const LONG_LABEL = "a".repeat(63);
const LONG_NAME = `${LONG_LABEL}.${LONG_LABEL}.${LONG_LABEL}.example`;

const dns = [
  DNS_ALIASES,
  DNS_HINTS,
  DNS_NO_NAME,
  buildDns({ flags: QUERY_FLAGS, questions: [{ name: "mesu.apple.com", type: 1 }] }),
  // As long as messages can be: thousands of records with the longest names.
  answerTo(
    LONG_NAME,
    ...Array.from({ length: 300 }, (_, i) =>
      i % 2 === 0
        ? alias(LONG_NAME, `b.${LONG_NAME}`)
        : address(`b.${LONG_NAME}`, `10.1.${i >> 8}.${i & 255}`),
    ),
  ),
  answerTo(
    "a.example",
    ...Array.from({ length: 50 }, (_, i) =>
      binding(`h${i}.example`, {
        parameters: [
          [4, new Uint8Array(64)],
          [6, new Uint8Array(160)],
        ],
      }),
    ),
  ),
];
const multicast = [MDNS_AIRPLAY, MDNS_ANNOUNCEMENT];
const dhcp = [
  DHCP_REQUEST,
  DHCP_ACK,
  DHCP_FULL_NAME,
  buildDhcp({ ownAddress: "192.0.2.9", options: [[81, [4, 0, 0, ...uncompressed("mac.corp.example")]]] }),
];
const streams = [concatBytes(...[DNS_ALIASES, DNS_HINTS, DNS_NO_NAME].map(prefixed)), prefixed(dns[4])];

/** Their targets. */
export const NAME_TARGETS = byteTargets([
  { name: "dns-message", samples: [...dns, ...multicast], run: readDnsMessage },
  { name: "dhcp-names", samples: dhcp, run: readDhcpMessage },
  {
    name: "dns-stream",
    samples: streams,
    run: (bytes, offset, end) => {
      const taken: string[] = [];
      const stream = new DnsStream((...view) =>
        taken.push(Buffer.from(view[0]).toString("hex", view[1], view[2])),
      );
      // Its splitting and its retransmissions depend only on its length.
      const random = new SeededRandom(end - offset);
      for (let from = offset; from < end; ) {
        const to = Math.min(end, from + random.between(1, 1460));
        stream.add(bytes, from, to, from - offset);
        from = random.percent(80) ? to : from;
      }
      return [taken, stream.heldBytes];
    },
  },
  { name: "name-cache", samples: dns, run: (...view) => ask(53, view) },
  { name: "local-services", samples: multicast, run: (...view) => ask(5353, view) },
  {
    name: "device-names",
    samples: dhcp,
    run: (...view) => {
      const devices = new DeviceNames(new LocalServices());
      devices.addDhcp(...view);
      return [readDhcpMessage(...view)?.address ?? 0, ipv4Key(0xc0a80768)].map((one) =>
        devices.deviceNameOf(one),
      );
    },
  },
]);

type View = readonly [bytes: Uint8Array, offset: number, end: number];

/** The caches' answers for everything that a message names, after it came from a port twice. */
function ask(port: number, view: View): unknown {
  const [bytes, offset, end] = view;
  const services = new LocalServices();
  const cache = new NameCache(services, () => true);
  const packet = { bytes, offset, end, source: RESOLVER, sourcePort: port, destination: CLIENT };
  for (const seconds of [SECONDS, SECONDS + 5])
    cache.addMessage({ ...packet, destinationPort: 50_000, seconds });
  const devices = new DeviceNames(services);
  const message = readDnsMessage(bytes, offset, end);
  return [
    cache.dropped,
    cache.refused(),
    addressesOf(message).map((one) => [
      cache.namesOf(CLIENT, one, SECONDS),
      portsOf(message).map((service) => cache.services.typesAt(one, service)),
      devices.deviceNameOf(one),
    ]),
  ];
}

function addressesOf(message: DnsMessage | null): AddressKey[] {
  return (message?.records ?? []).flatMap((record) => record.addresses).slice(0, 100);
}

function portsOf(message: DnsMessage | null): number[] {
  const services = (message?.records ?? []).filter((record) => record.type === DnsType.SRV);
  return services.map((record) => record.port).slice(0, 20);
}

function prefixed(message: Uint8Array): Uint8Array {
  return concatBytes(new ByteWriter().uint16(message.length).toBytes(), message);
}
