/** DNS, multicast DNS and DHCP messages recorded on a Linux 6 machine: from BIND 9, Avahi, udhcpc and dnsmasq. */
import { concatBytes, fromHex } from "../../src/testing/builders/byte-writer.ts";

/** A response with two aliases, to mesu.apple.com A. */
export const DNS_ALIASES = fromHex(`
  beef 8580 0001 0004 0000 0000              # id | response, no error | 1 question, 4 answers
  046d 6573 7505 6170 706c 6503 636f 6d00 0001 0001  # mesu.apple.com A IN
  c00c 0005 0001 0000 003c 0026              # that name: CNAME IN, 60 s, 38 bytes
  086d 6573 752d 6364 6e0c 6f72 6967 696e 2d61 7070 6c65 0363 6f6d 0661 6b61 646e 7303 6e65 7400
  c02c 0005 0001 0000 0014 0014              # mesu-cdn.origin-apple.com.akadns.net: CNAME
  046d 6573 7501 6707 6161 706c 696d 6703 636f 6d00  # mesu.g.aaplimg.com
  c05e 0001 0001 0000 000f 0004 11fd 35ca    # that: A IN, 15 s, 17.253.53.202
  c05e 0001 0001 0000 000f 0004 11fd 35c9    # and 17.253.53.201
`);

/** A response with address hints, to gs-loc.aaplimg.com HTTPS. */
export const DNS_HINTS = fromHex(`
  beef 8580 0001 0001 0000 0000
  0667 732d 6c6f 6307 6161 706c 696d 6703 636f 6d00 0041 0001  # HTTPS IN
  c00c 0041 0001 0000 000f 002d              # 15 s, 45 bytes
  0001 00                                    # priority 1 | the same name
  0001 0006 0268 3202 6833                   # alpn h2, h3
  0004 0008 1139 0c0b 1139 0c0c              # ipv4hint 17.57.12.11, 17.57.12.12
  0006 0010 2620 0149 0a44 0200 0000 0000 0000 0005  # ipv6hint 2620:149:a44:200::5
`);

/** NXDOMAIN to nothere.apple.com A, with the SOA. */
export const DNS_NO_NAME = fromHex(`
  beef 8583 0001 0000 0001 0000
  076e 6f74 6865 7265 0561 7070 6c65 0363 6f6d 0000 0100 01
  c014 0006 0001 0000 0005 0026              # apple.com: SOA
  026e 73c0 140a 686f 7374 6d61 7374 6572 c014 0000 0001 0000 0002 0000 0003 0000 0004 0000 0005
`);

/** SERVFAIL to mask.icloud.com A, from a resolver that reaches no server. */
export const DNS_FAILURE = fromHex(`
  beef 8182 0001 0000 0000 0000
  046d 6173 6b06 6963 6c6f 7564 0363 6f6d 0000 0100 01
`);

/** A unicast multicast DNS reply to _airplay._tcp.local PTR. */
export const MDNS_AIRPLAY = fromHex(`
  0000 8400 0001 0005 0000 0000
  085f 6169 7270 6c61 7904 5f74 6370 056c 6f63 616c 0000 0c00 01
  c00c 000c 0001 0000 000a 0017              # PTR, 10 s
  1441 6e6e 61e2 8099 7320 4d61 6342 6f6f 6b20 5072 6fc0 0c  # Anna's MacBook Pro, with a curly apostrophe
  c031 0010 0001 0000 000a 0015              # that instance: TXT
  146d 6f64 656c 3d4d 6163 426f 6f6b 5072 6f31 382c 33
  c031 0021 0001 0000 000a 001a              # that instance: SRV
  0000 0000 1b58                             # priority, weight | port 7000
  1141 6e6e 6173 2d4d 6163 426f 6f6b 2d50 726f c01a  # Annas-MacBook-Pro.local
  c07b 001c 0001 0000 000a 0010              # that host: AAAA
  fe80 0000 0000 0000 d058 e6ff fea9 f349
  c07b 0001 0001 0000 000a 0004              # and A
  c0a8 0715                                  # 192.168.7.21
`);

/**
 * An Avahi announcement of two services, with the cache-flush bit on the second one's SRV, and forward and backward pointers.
 */
export const MDNS_ANNOUNCEMENT = fromHex(`
  0000 8400 0000 000a 0000 0000
  1441 6e6e 61e2 8099 7320 4d61 6342 6f6f 6b20 5072 6f08 5f61 6972 706c 6179 045f 7463 7005 6c6f 6361 6c00
  0010 8001 0000 1194 0015 146d 6f64 656c 3d4d 6163 426f 6f6b 5072 6f31 382c 33  # TXT
  0f5f 636f 6d70 616e 696f 6e2d 6c69 6e6b c02a 000c 0001 0000 1194 0017          # _companion-link._tcp: PTR
  1441 6e6e 61e2 8099 7320 4d61 6342 6f6f 6b20 5072 6fc0 55
  c071 0021 8001 0000 0078 001a              # that instance: SRV, cache flush, 120 s
  0000 0000 c001 1141 6e6e 6173 2d4d 6163 426f 6f6b 2d50 726f c02f  # port 49153, Annas-MacBook-Pro.local
  c09a 001c 8001 0000 0078 0010 fe80 0000 0000 0000 d058 e6ff fea9 f349
  c09a 0001 8001 0000 0078 0004 c0a8 0715
  c071 0010 8001 0000 1194 0001 00
  095f 7365 7276 6963 6573 075f 646e 732d 7364 045f 7564 70c0 2f 000c 0001 0000 1194 0002 c055
  c021 000c 0001 0000 1194 0002 c00c
  c00c 0021 8001 0000 0078 0008 0000 0000 1b58 c09a  # the first instance: SRV, port 7000, the same host
  c0e7 000c 0001 0000 1194 0002 c021
`);

const BOOTP_ZEROS = new Uint8Array(10 + 64 + 128);

/** REQUEST of a host with the name annas-mbp (option 12), to accept 192.168.7.104. */
export const DHCP_REQUEST = concatBytes(
  fromHex(`
    0101 0600 5c79 0f29 0000 0000             # request, Ethernet | transaction
    0000 0000 0000 0000 0000 0000 0000 0000   # no addresses yet
    1e24 0895 b5ac                            # hardware address
  `),
  BOOTP_ZEROS,
  fromHex(`
    6382 5363 3501 0332 04c0 a807 6836 04c0 a807 16  # REQUEST | requested address | server
    3902 0240 3707 0103 060c 0f1c 2a                 # most bytes | wanted options
    0c09 616e 6e61 732d 6d62 70                      # host name
    3c0c 7564 6863 7020 312e 3335 2e30 3d07 011e 2408 95b5 ac ff
  `),
);

/** The ACK that assigned the address. */
export const DHCP_ACK = concatBytes(
  fromHex(`
    0201 0600 5c79 0f29 0000 0000
    0000 0000 c0a8 0768 c0a8 0716 0000 0000   # its address | next server
    1e24 0895 b5ac
  `),
  BOOTP_ZEROS,
  fromHex(`
    6382 5363 3501 0536 04c0 a807 1633 0400 0002 583a 0400 0001 2c3b 0400 0002 0d
    0104 ffff ff00 1c04 c0a8 07ff 0304 c0a8 0716 0c09 616e 6e61 732d 6d62 70 ff 0000 00
  `),
);

/** REQUEST with a full name in ASCII (option 81). */
export const DHCP_FULL_NAME = concatBytes(
  fromHex(`
    0101 0600 4e0e cd7e 0000 0000
    0000 0000 0000 0000 0000 0000 0000 0000
    1e24 0895 b5ac
  `),
  BOOTP_ZEROS,
  fromHex(`
    6382 5363 3501 0332 04c0 a807 6836 04c0 a807 1639 0202 4037 0701 0306 0c0f 1c2a
    3c0c 7564 6863 7020 312e 3335 2e30 3d07 011e 2408 95b5 ac
    5119 0100 0061 6e6e 6173 2d6d 6270 2e63 6f72 702e 6578 616d 706c 65 ff
  `),
);
