/** Packets recorded with tcpdump on a Linux 6 machine (loopback and a tun device), whose bytes were not chosen by hand. */
import { fromHex } from "../../src/testing/builders/byte-writer.ts";

/** UDP 10.9.0.1:50000 > 10.9.0.2:5223, "apple"; from a tun device, so without a link layer. */
export const IPV4_UDP = fromHex(`
  4500 0021 82db 4000 4011 a3dc 0a09 0001   # version 4, 20 bytes | total 33 | id | don't fragment | ttl 64, UDP
  0a09 0002 c350 1467 000d dd2a 6170 706c   # ports 50000, 5223 | length 13 | checksum | "appl"
  65                                        # "e"
`);

/** The summary that `decodeBytes` returns for it. */
export const IPV4_UDP_SUMMARY = "udp 10.9.0.1 50000 > 10.9.0.2 5223";

/** UDP [::1]:50001 > [::1]:16393, "apple". */
export const IPV6_UDP = fromHex(`
  6001 ddac 000d 1140                        # version 6, flow label | payload 13 | UDP | hop limit 64
  0000 0000 0000 0000 0000 0000 0000 0001    # source ::1
  0000 0000 0000 0000 0000 0000 0000 0001    # destination ::1
  c351 4009 000d 0020 6170 706c 65           # ports 50001, 16393 | length 13 | checksum | "apple"
`);

export const IPV6_UDP_SUMMARY = "udp 0:0:0:0:0:0:0:1 50001 > 0:0:0:0:0:0:0:1 16393";

/** The SYN of 127.0.0.1:50002 > 127.0.0.1:5223, with its Ethernet header of zeros. */
export const ETHERNET_TCP_SYN = fromHex(`
  0000 0000 0000 0000 0000 0000 0800         # loopback devices have no addresses | IPv4
  4500 003c 76a9 4000 4006 c610 7f00 0001    # total 60 | TCP
  7f00 0001 c352 1467 b9d7 385c 0000 0000    # ports 50002, 5223 | sequence | acknowledgment
  a002 faf0 fe30 0000                        # header 40 bytes, SYN | window | checksum | urgent
  0204 05b4 0402 080a 15cf d035 0000 0000 0103 030a
`);

/** The SYN+ACK that answered it. */
export const ETHERNET_TCP_SYN_ACK = fromHex(`
  0000 0000 0000 0000 0000 0000 0800
  4500 003c 0000 4000 4006 3cba 7f00 0001
  7f00 0001 1467 c352 9600 068f b9d7 385d
  a012 fe88 fe30 0000
  0204 05b4 0402 080a c178 0701 15cf d035 0103 030a
`);

/** ICMP port unreachable that quotes a UDP packet 127.0.0.1:50000 > 127.0.0.1:16393. */
export const ETHERNET_ICMP_QUOTE = fromHex(`
  0000 0000 0000 0000 0000 0000 0800
  45c0 003d d60d 0000 4001 a5f0 7f00 0001
  7f00 0001 0303 c497 0000 0000              # type 3, code 3
  4500 0021 fbbd 4000 4011 410c 7f00 0001    # the quoted packet
  7f00 0001 c350 4009 000d fe20 6170 706c 65
`);

/** The two fragments of 127.0.0.1:50000 > 127.0.0.1:16393 with 1600 bytes of zeros, at an MTU of 1500. */
export const IPV4_FRAGMENTS = [
  fromHex(`
    4500 05dc fbbe 2000 4011 5b50 7f00 0001  # total 1500 | id fbbe | more fragments, offset 0
    7f00 0001 c350 4009 0648 f201 ${"00".repeat(1472)}
  `),
  fromHex(`
    4500 0094 fbbe 00b9 4011 7fdf 7f00 0001  # total 148 | id fbbe | offset 185 * 8 = 1480
    7f00 0001 ${"00".repeat(128)}
  `),
] as const;

/** The same over IPv6, from port 50001. */
export const IPV6_FRAGMENTS = [
  fromHex(`
    6001 ddac 05b0 2c40                      # payload 1456 | fragment header
    0000 0000 0000 0000 0000 0000 0000 0001
    0000 0000 0000 0000 0000 0000 0000 0001
    1100 0001 4f01 90d4                      # UDP | offset 0, more | identification
    c351 4009 0648 f001 ${"00".repeat(1440)}
  `),
  fromHex(`
    6001 ddac 00a8 2c40                      # payload 168
    0000 0000 0000 0000 0000 0000 0000 0001
    0000 0000 0000 0000 0000 0000 0000 0001
    1100 05a8 4f01 90d4                      # offset 181 * 8 = 1448, no more
    ${"00".repeat(160)}
  `),
] as const;

/** The 16 bytes before IPv4 on loopback with `-i any` (LINUX_SLL). */
export const SLL_HEADER = fromHex("0000 0304 0006 0000 0000 0000 0000 0800");

/** The same for a packet sent on the tun device: outgoing, ARPHRD_NONE, no address. */
export const SLL_TUN_HEADER = fromHex("0004 fffe 0000 0000 0000 0000 0000 0800");

/** The 20 bytes of LINUX_SLL2 before IPv6 on loopback: protocol, interface 1, ARPHRD_LOOPBACK, to us, 6 of 8 bytes. */
export const SLL2_HEADER = fromHex("86dd 0000 0000 0001 0304 0006 0000 0000 0000 0000");
