/** Names that a resolver refuses, or answers with nobody's address. */
import { describe, expect, it } from "vitest";
import { address, answerTo, type BuiltMessage, buildDns, RESPONSE_FLAGS } from "../support/dns-builder.ts";
import { DNS_FAILURE, DNS_NO_NAME } from "../support/real-names.ts";
import { CLIENT, cacheOf, key, namesOf, packet, query, SECONDS } from "./dns-packets.ts";

describe("a name that is refused", () => {
  const refusal = (
    code: number,
    questions: BuiltMessage["questions"] = [{ name: "mask.icloud.com", type: 1 }],
  ) => buildDns({ flags: RESPONSE_FLAGS | code, questions });

  it("is kept, as recorded", () => {
    const list = cacheOf(DNS_NO_NAME, DNS_FAILURE, refusal(5)).refused();
    expect(list.map(({ name, kind }) => [name, kind])).toEqual([
      ["nothere.apple.com", "nxdomain"],
      ["mask.icloud.com", "servfail"],
      ["mask.icloud.com", "refused"],
    ]);
    expect(list[0]).toEqual({
      name: "nothere.apple.com",
      client: CLIENT,
      kind: "nxdomain",
      times: 1,
      firstSeconds: SECONDS,
    });
  });

  it("is counted, by who asked", () => {
    const other = key("10.0.0.6");
    const list = cacheOf(
      refusal(3),
      packet(refusal(3), { seconds: SECONDS + 9 }),
      packet(refusal(3), { destination: other }),
    ).refused();
    expect(list.map(({ client, times, firstSeconds }) => [client, times, firstSeconds])).toEqual([
      [CLIENT, 2, SECONDS],
      [other, 1, SECONDS],
    ]);
  });

  it("is known from the query where the response does not say it", () => {
    expect(cacheOf(query("mask.icloud.com"), refusal(5, [])).refused()).toMatchObject([
      { name: "mask.icloud.com" },
    ]);
    expect(cacheOf(refusal(5, [])).refused()).toEqual([]);
  });

  it.each([1, 4, 6, 9])("is not what code %i says", (code) => {
    expect(cacheOf(refusal(code)).refused()).toEqual([]);
  });

  it("has no address, whatever the response says", () => {
    const message: BuiltMessage = {
      flags: RESPONSE_FLAGS | 3,
      questions: [{ name: "a.example", type: 1 }],
      answers: [address("a.example", "192.0.2.1")],
    };
    expect(cacheOf(buildDns(message)).isEmpty).toBe(true);
  });
});

describe("a sink-hole", () => {
  it.each(["0.0.0.0", "127.0.0.1", "127.53.0.9", "::", "::1", "10.0.0.1"])("at %s has no name", (text) => {
    const cache = cacheOf(
      answerTo("mask.icloud.com", address("mask.icloud.com", text), address("mask.icloud.com", text)),
    );
    expect(cache.isEmpty).toBe(true);
    expect(namesOf(cache, text)).toEqual([]);
    expect(cache.refused()).toMatchObject([{ name: "mask.icloud.com", kind: "sinkhole", times: 1 }]);
  });

  it("is none of other addresses that look alike", () => {
    for (const text of ["128.0.0.1", "::2", "1::", "::ffff:7f00:1", "10.0.0.2"]) {
      expect(cacheOf(answerTo("a.example", address("a.example", text))).refused()).toEqual([]);
    }
  });
});
