/** Parsing of the system's own lists: routes and interfaces, as printed. */
import { describe, expect, it } from "vitest";
import { readIpv4Default, readIpv6Default } from "../../../src/packets/live/default-route.ts";
import { readProcNetDev, readTcpdumpList } from "../../../src/packets/live/network-interfaces.ts";

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
tun0\t00000000\t0100000A\t0203\t0\t0\t0\t00000000\t0\t0\t0
vpn0\t00000000\t0100000A\t0003\t0\t0\t50\t00000080\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`;
const ZEROS = "0".repeat(32);
const GATEWAY = `fe80${"0".repeat(27)}1`;
const ROUTES6 = `fe800000000000000000000000000000 40 ${ZEROS} 00 ${ZEROS} 00000100 00000002 00000000 00000001     eth0
${ZEROS} 00 ${ZEROS} 00 ${GATEWAY} 00000400 00000003 00000000 00000003     eth1
${ZEROS} 00 ${ZEROS} 00 ${GATEWAY} 00000064 00000003 00000000 00000003     eth0
${ZEROS} 00 ${ZEROS} 00 ${ZEROS} ffffffff 00000001 00000000 00200200       lo
`;

describe("the default route", () => {
  it("is the one with the lowest metric that leads to a gateway", () => {
    expect(readIpv4Default(ROUTES)).toBe("eth0");
    expect(readIpv6Default(ROUTES6)).toBe("eth0");
  });

  it("may be missing", () => {
    expect(readIpv4Default(ROUTES.split("\n").slice(0, 1).join("\n"))).toBeNull();
    expect(readIpv4Default("")).toBeNull();
    expect(readIpv6Default(ROUTES6.split("\n").slice(3).join("\n"))).toBeNull();
  });
});

describe("the list of interfaces", () => {
  it("is parsed from tcpdump, with and without descriptions and flags", () => {
    const text = `1.eth0 [Up, Running, Connected]
2.any (Pseudo-device that captures on all interfaces) [Up, Running]
3.lo [Up, Running, Loopback]
4.ifb0 [none]
5.en0
6.en1 [Up, Running, Wireless, Associated]
7.ap1 [Up, Running, Wireless, Not associated]
8.en4 [Up, Running, Disconnected]
9.en9 [Up, Running, Connection status unknown]
`;
    expect(readTcpdumpList(text)).toEqual([
      { name: "eth0", isUp: true, isConnected: true, isLoopback: false },
      { name: "any", isUp: true, isConnected: null, isLoopback: false },
      { name: "lo", isUp: true, isConnected: null, isLoopback: true },
      { name: "ifb0", isUp: false, isConnected: null, isLoopback: false },
      { name: "en0", isUp: false, isConnected: null, isLoopback: false },
      { name: "en1", isUp: true, isConnected: true, isLoopback: false },
      { name: "ap1", isUp: true, isConnected: false, isLoopback: false },
      { name: "en4", isUp: true, isConnected: false, isLoopback: false },
      { name: "en9", isUp: true, isConnected: null, isLoopback: false },
    ]);
  });

  it("is read from the operating system", () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
    lo:  106896     832    0    0    0     0          0         0   106896     832    0
  eth0: 2187342    1611    0    0    0     0          0         0   143229    1418    0
`;
    expect(readProcNetDev(text)).toEqual(["lo", "eth0"]);
  });
});
