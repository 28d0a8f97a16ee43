/** Names of Apple's that clients cannot resolve, and names that legitimately do not exist. */
import { describe, expect, it } from "vitest";
import { hasFailure } from "../../../src/reports/reach/reach-failure.ts";
import type { End } from "./reach-packets.ts";
import {
  asks,
  from,
  lookUp,
  MESU,
  NAME,
  reachOfTimed,
  refuses,
  Talk,
  verdictOn,
  worksByTls,
} from "./talk-builder.ts";

const CLIENT = "10.20.0.10";

describe("names of Apple's", () => {
  const others = worksByTls(
    new Talk(from(50_001), { address: "17.248.185.140", port: 443 }, 3),
    "gateway.icloud.com",
  );
  const context = [...lookUp(CLIENT, "gateway.icloud.com", 2.9, "17.248.185.140"), ...others.packets];

  it("without an answer fail after the answer time", async () => {
    const asked = [asks(CLIENT, NAME, 0, 7), asks(CLIENT, NAME, 2, 7)];
    const report = await reachOfTimed([...asked, ...context], 3);
    expect(report.blockedNames).toMatchObject([{ name: NAME, how: "no-answer", responses: 2 }]);
    expect(verdictOn(report)).toEqual(["name-blocked", true]);
    expect((await reachOfTimed(asked)).blockedNames).toEqual([]);
    expect(
      (await reachOfTimed([...asked, refuses(CLIENT, "x.example", 2.5, 3)], 3)).blockedNames,
    ).toHaveLength(1);
  });

  it("that are queried again and then answered do not fail", async () => {
    const asked = [
      asks(CLIENT, NAME, 0, 7),
      asks(CLIENT, NAME, 1, 7),
      ...lookUp(CLIENT, NAME, 2, MESU.address),
    ];
    expect(hasFailure(await reachOfTimed([...asked, ...context], 9))).toBe(false);
  });

  it.each(["10.20.9.9", "192.168.1.1", "127.0.0.1", "0.0.0.0", "100.64.0.1"])(
    "that resolve to %s fail",
    async (where) => {
      const report = await reachOfTimed([...lookUp(CLIENT, NAME, 0, where), ...context]);
      expect(report.blockedNames).toMatchObject([{ name: NAME, how: "sinkhole", addresses: [where] }]);
      expect(verdictOn(report)).toEqual(["name-blocked", true]);
    },
  );

  it("that resolve to a local address fail even if something answers there", async () => {
    const local: End = { address: "10.20.9.9", port: 443 };
    const block = worksByTls(new Talk(from(50_000), local, 0.1), NAME);
    const report = await reachOfTimed([...lookUp(CLIENT, NAME, 0, local.address), ...block.packets]);
    expect(verdictOn(report)).toEqual(["name-blocked", true]);
  });

  it("that resolve to a local address by NAT64 fail even if something answers there", async () => {
    const local: End = { address: "64:ff9b::a00:5", port: 443 };
    const client: End = { address: "2001:db8::7", port: 50_000 };
    const block = worksByTls(new Talk(client, local, 0.1), NAME);
    const report = await reachOfTimed([...lookUp(client.address, NAME, 0, local.address), ...block.packets]);
    expect(report.blockedNames).toMatchObject([{ name: NAME, how: "sinkhole", addresses: [local.address] }]);
  });

  it("that are refused to one client only are reported for that client", async () => {
    const known = ["10.20.0.11", "10.20.0.12"].flatMap((client) => lookUp(client, NAME, 1, MESU.address));
    const report = await reachOfTimed([...known, refuses(CLIENT, NAME, 2, 3)]);
    expect(report.blockedNames).toMatchObject([{ client: CLIENT, resolvedForOthers: 2 }]);
    expect(report.products[0].clients).toMatchObject({ failing: 1, failingFirst: [CLIENT] });
  });
});
