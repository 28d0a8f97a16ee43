/** Floods of hostile packets, each aimed at a bounded table. */
import type { ReadingOptions } from "../../src/engine/reading-options.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { address, answerTo, buildDns, service } from "../../src/testing/builders/dns-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { changing, NAME, scrambled } from "./flood-packets.ts";
import type { PacketWriter } from "./flood-source.ts";

export interface Flood {
  readonly name: string;
  /** The tables that it fills. */
  readonly fills: string;
  readonly write: PacketWriter;
  /** Reports beside the totals with tables for it. */
  readonly reports?: readonly ("hosts" | "reach")[];
  readonly options?: ReadingOptions;
}

const APPLE = 0x11_00_00_00;
const LOCAL = 0x0a_00_00_00;
/** Lengths of Ethernet, IPv4 and UDP headers; of TCP without options. */
const UDP_HEADERS = 42;

const frame = () => packet().ethernet().ipv4({ source: "10.0.0.1", destination: "192.0.2.1" });
const local = (i: number, salt = 0) => LOCAL | (scrambled(i, salt) & 0x00_ff_ff_ff);
const anywhere = (i: number, salt = 1) => scrambled(i, salt);
const anyPort = (i: number, salt = 2) => 1024 + (scrambled(i, salt) % 64_000);

const hello = (name: string) => toRecords(buildClientHello(serverName(name)));

function helloFrame(name: string, part = Number.POSITIVE_INFINITY): Uint8Array {
  return frame().tcp({ destinationPort: 443, flags: "PA" }).payload(hello(name).subarray(0, part)).build();
}

function dnsFrame(message: Uint8Array, port = 53): Uint8Array {
  return frame().udp({ sourcePort: port, destinationPort: port }).payload(message).build();
}

const opening = frame().tcp({ destinationPort: 443, flags: "S", sequence: 1 }).build();
const flow = (i: number) => ({ source: local(i), destination: anywhere(i), sourcePort: anyPort(i) });

const fragment = (offset: number) =>
  packet()
    .ethernet()
    .ipv4({ source: "10.0.0.1", destination: "192.0.2.1", fragmentOffset: offset, moreFragments: true })
    .udp({ sourcePort: 1, destinationPort: 2 })
    .payload(64)
    .build();

/** Addresses of one name. */
const largeAnswer = answerTo(
  `${NAME}.example.com`,
  ...Array.from({ length: 10 }, (_, i) => address(`${NAME}.example.com`, `198.51.100.${i + 1}`)),
);
const announcement = buildDns({
  flags: 0x8400,
  answers: [
    service(`${NAME}._airplay._tcp.local`, 7000, `${NAME}.local`),
    address(`${NAME}.local`, "10.0.0.1"),
  ],
});
const refusal = buildDns({ flags: 0x8183, questions: [{ name: `${NAME}.push.apple.com`, type: 1 }] });

const initial = frame()
  .udp({ sourcePort: 50_000, destinationPort: 443 })
  .payload(
    Uint8Array.from([
      0xc3,
      0,
      0,
      0,
      1,
      8,
      ...new Array(8).fill(1),
      0,
      0,
      0x44,
      0x8a,
      ...new Array(1182).fill(2),
    ]),
  )
  .build();

const noise = frame().udp({ sourcePort: 50_000, destinationPort: 50_001 }).payload(64).build();

const control = frame()
  .tcp({ sourcePort: 50_000, destinationPort: 554, flags: "PA" })
  .payload(
    `SETUP rtsp://192.0.2.1/${NAME} RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;unicast;client_port=6000-6001\r\n\r\n`,
  )
  .build();

/** In the order of the page with their figures. */
export const FLOODS: readonly Flood[] = [
  {
    name: "connections",
    fills: "flows, attempts and targets of reach, hosts",
    reports: ["hosts", "reach"],
    write: changing([opening], (i) => ({ ...flow(i), destination: APPLE | (scrambled(i, 3) & 0xff_ff_ff) })),
  },
  {
    name: "fragments",
    fills: "waiting fragments",
    write: changing([fragment(0), fragment(64)], (i) => ({
      source: local(i),
      destination: anywhere(i),
      identification: i & 0xffff,
    })),
  },
  {
    name: "names",
    fills: "names of handshakes, of groups, domains of hosts",
    reports: ["hosts"],
    write: changing([helloFrame(`${NAME}.example.com`), helloFrame(`www.${NAME}.net`)], (i) => ({
      ...flow(i),
      name: i,
    })),
  },
  {
    name: "attributions",
    fills: "attributions, groups, totals by port",
    write: changing(
      ["gateway.icloud.com", "mesu.apple.com", "xp.apple.com", "itunes.apple.com"].map((name) =>
        helloFrame(name),
      ),
      // Different enough for the table, but few enough for a short flood to have all of them.
      (i) => ({ ...flow(i), destinationPort: i < 1 << 17 ? anyPort(i, 4) : 1024 + ((i >> 2) & 0x7fff) }),
    ),
  },
  {
    name: "half handshakes",
    fills: "handshakes in progress, the bytes that they hold",
    write: changing([helloFrame(`${NAME}.example.com`, 100)], (i) => ({ ...flow(i), name: i })),
  },
  {
    name: "QUIC",
    fills: "QUIC handshakes that cannot be decrypted",
    write: changing([initial], (i) => ({ ...flow(i), seed: i }), UDP_HEADERS + 6),
  },
  {
    name: "DNS answers",
    fills: "names of addresses, the hosts that queried them",
    write: changing([dnsFrame(largeAnswer)], (i) => ({
      source: anywhere(i),
      destination: local(i, 5),
      name: i,
    })),
  },
  {
    name: "refused names",
    fills: "refused Apple names",
    write: changing([dnsFrame(refusal)], (i) => ({ destination: local(i), name: i })),
  },
  {
    name: "announcements",
    fills: "services of devices, their names",
    write: changing([dnsFrame(announcement, 5353)], (i) => ({ source: local(i), name: i })),
  },
  {
    name: "sessions",
    fills: "sessions that announce ports, announced ports",
    write: changing([control], (i) => ({ ...flow(i), name: i })),
  },
  {
    name: "noise",
    fills: "flows whose protocol is not recognised yet",
    write: changing([noise], (i) => ({ ...flow(i), destinationPort: anyPort(i, 6), seed: i }), UDP_HEADERS),
  },
  {
    name: "duplicates",
    fills: "sightings of packets, translations of a NAT",
    write: changing([noise], (i) => ({ ...flow(i >> 1), seed: i >> 1 }), UDP_HEADERS),
    options: { deduplicate: true },
  },
];
