/** Ports given by service directories: the port mapper of ONC RPC, the endpoint mapper of DCE-RPC. */
import { describe, expect, it } from "vitest";
import { readerOf } from "../../../../src/evidence/payload/announcements/announcement-readers.ts";
import { portsOf, type Said } from "../../../support/announcing.ts";
import { bind, OTHER_INTERFACE, request, response } from "../../../support/endpoint-map-messages.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

/** Answers of rpcbind to rpcinfo and libnfs (lab session nfs). */
const GETADDR_UDP: readonly Said[] = [
  [
    0,
    hex(
      "6b07c5890000000000000002000186a0000000040000000300000000000000000000000000000000000186a300000003000000037564700000" +
        "00000f31302e37372e302e322e302e31313100000000086c69627469727063",
    ),
  ],
  [1, hex("6b07c58900000001000000000000000000000000000000000000000d31302e37372e302e322e382e31000000")],
];
const GETPORT_TCP: readonly Said[] = [
  [
    0,
    hex(
      "8000005401173a6d0000000000000002000186a00000000200000003000000010000001c00f73a6c000000066c69626e6673000000000000" +
        "00000000000000000000000000000000000186a5000000030000000600000000",
    ),
  ],
  [1, hex("8000001c01173a6d00000001000000000000000000000000000000000000037c")],
];
/** libnfs over IPv6 gives no network name. */
const GETADDR_TCP: readonly Said[] = [
  [
    0,
    hex(
      "80000058011a3b8d0000000000000002000186a00000000300000003000000010000001c00f73b8c000000066c69626e6673000000000000" +
        "00000000000000000000000000000000000186a500000003000000000000000000000000",
    ),
  ],
  [
    1,
    hex("8000002c011a3b8d00000001000000000000000000000000000000000000000d666437373a3a322e332e313234000000"),
  ],
];
const DUMP: readonly Said[] = [
  [0, hex("800000281ef20f2e0000000000000002000186a0000000020000000400000000000000000000000000000000")],
  [
    1,
    hex(
      "800000581ef20f2e00000001000000000000000000000000000000000000000100" +
        "0186a000000004000000060000006f00000001" +
        "000186a30000000300000011000008010000000100" +
        "0186a500000003000000060000037c00000000",
    ),
  ],
];

describe("the ONC RPC port mapper", () => {
  it("gives the port of a program, on its own host or at an address", () => {
    expect(portsOf("onc-rpc", GETADDR_UDP, false)).toEqual(["udp 10.77.0.2:2049 of 1"]);
    expect(portsOf("onc-rpc", GETPORT_TCP)).toEqual(["tcp :892 of 1"]);
    expect(portsOf("onc-rpc", GETADDR_TCP)).toEqual(["tcp fd77::2:892 of 1"]);
  });

  it("gives all ports of a dump but its own", () => {
    expect(portsOf("onc-rpc", DUMP)).toEqual(["udp :2049 of 1", "tcp :892 of 1"]);
  });

  it("gives no result for unmatched or rejected answers", () => {
    const [question, answer] = GETPORT_TCP;
    expect(portsOf("onc-rpc", [answer])).toEqual([]);
    expect(portsOf("onc-rpc", [question, DUMP[1]])).toEqual([]);
    expect(portsOf("onc-rpc", [question, answer, answer])).toHaveLength(1);
    const with0 = (at: number, value: number) => {
      const bytes = Uint8Array.from(answer[1] as Uint8Array);
      bytes[at] = value;
      return bytes;
    };
    // Denied; no such program; port 0: not registered.
    expect(portsOf("onc-rpc", [question, [1, with0(15, 1)]])).toEqual([]);
    expect(portsOf("onc-rpc", [question, [1, with0(27, 1)]])).toEqual([]);
    expect(
      portsOf("onc-rpc", [
        question,
        [1, hex("8000001c01173a6d00000001000000000000000000000000000000000000000000")],
      ]),
    ).toEqual([]);
  });

  it("is not parsed in other programs", () => {
    const nfs = Uint8Array.from(GETPORT_TCP[0][1] as Uint8Array);
    nfs[19] = 0xa3;
    expect(readerOf("onc-rpc", true, () => {})?.read(0, { bytes: nfs, offset: 0, end: nfs.length })).toBe(
      false,
    );
  });

  it("is parsed from messages truncated anywhere", () => {
    for (const said of [GETADDR_UDP, GETPORT_TCP, DUMP]) {
      const answer = said[1][1] as Uint8Array;
      for (let end = 0; end < answer.length; end++) {
        expect(
          portsOf("onc-rpc", [said[0], [1, answer.subarray(0, end)]], said !== GETADDR_UDP).length,
        ).toBeLessThan(3);
      }
    }
  });
});

describe("the DCE endpoint mapper", () => {
  it("gives the port of each tower, by TCP or UDP, at any alignment", () => {
    const towers = [
      { port: 49_152, extra: 1 },
      { port: 49_153, extra: 2, address: [0, 0, 0, 0] as const },
      { port: 593, protocol: 0x1f },
      { port: 49_154, protocol: 8 },
    ];
    expect(
      portsOf("dce-rpc", [
        [0, bind()],
        [0, request(2)],
        [1, response(2, towers)],
      ]),
    ).toEqual(["tcp 192.0.2.2:49152 of 1", "tcp :49153 of 1", "udp 192.0.2.2:49154 of 1"]);
  });

  it("gives no result for unmatched answers or other procedures", () => {
    const answer: Said = [1, response(2, [{ port: 49_152 }])];
    expect(portsOf("dce-rpc", [[0, bind()], answer])).toEqual([]);
    expect(portsOf("dce-rpc", [[0, bind()], [0, request(2, 2)], answer])).toEqual([]);
    expect(portsOf("dce-rpc", [[0, bind()], [0, request(3)], answer])).toEqual([]);
    expect(portsOf("dce-rpc", [[0, request(2)], answer])).toEqual([]);
  });

  it("is not parsed in other interfaces", () => {
    const other = bind(OTHER_INTERFACE);
    expect(readerOf("dce-rpc", true, () => {})?.read(0, { bytes: other, offset: 0, end: other.length })).toBe(
      false,
    );
  });

  it("is parsed from answers truncated anywhere", () => {
    const answer = response(2, [{ port: 49_152 }]);
    for (let end = 24; end < answer.length; end++) {
      const said: Said = [1, answer.subarray(0, end)];
      expect(portsOf("dce-rpc", [[0, bind()], [0, request(2)], said]).length).toBeLessThan(2);
    }
  });
});
