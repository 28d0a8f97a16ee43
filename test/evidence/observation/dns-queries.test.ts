import { describe, expect, it } from "vitest";
import { DnsQueries, type QueryKey } from "../../../src/evidence/observation/dns-queries.ts";

const IPV4: QueryKey = { client: 0xc0a80102, clientPort: 53_124, server: 0xc0a80101, id: 0x1234 };
const IPV6: QueryKey = { ...IPV4, client: "\u2001\0\0\0\0\0\0\u0001", server: "\u2001\0\0\0\0\0\0\u0035" };

function ask(queries: DnsQueries, from: number, to: number): void {
  for (let id = from; id <= to; id++) queries.add({ ...IPV4, id }, `name-${id}`);
}

describe("the table of DNS queries", () => {
  it("returns the name of a query, over either IP version", () => {
    const queries = new DnsQueries(8);
    queries.add(IPV4, "four.example");
    queries.add(IPV6, "six.example");
    expect(queries.nameOf(IPV4)).toBe("four.example");
    expect(queries.nameOf(IPV6)).toBe("six.example");
  });

  it("returns nothing for an unknown query", () => {
    expect(new DnsQueries(8).nameOf(IPV4)).toBeUndefined();
  });

  it.each<[string, Partial<QueryKey>]>([
    ["client", { client: 0xc0a80103 }],
    ["port", { clientPort: 53_125 }],
    ["server", { server: 0xc0a80104 }],
    ["identification", { id: 0x1235 }],
    ["direction, with client and server exchanged", { client: IPV4.server, server: IPV4.client }],
  ])("distinguishes queries with another %s", (_, changes) => {
    const queries = new DnsQueries(8);
    queries.add(IPV4, "one.example");
    expect(queries.nameOf({ ...IPV4, ...changes })).toBeUndefined();
    queries.add({ ...IPV4, ...changes }, "other.example");
    expect(queries.nameOf(IPV4)).toBe("one.example");
  });

  it.each([2, 3, 5, 7])("distinguishes IPv6 addresses by hextet %i", (hextet) => {
    const queries = new DnsQueries(8);
    const client = String(IPV6.client);
    const other = `${client.slice(0, hextet)}\u0100${client.slice(hextet + 1)}`;
    queries.add(IPV6, "one.example");
    expect(queries.nameOf({ ...IPV6, client: other })).toBeUndefined();
    expect(queries.nameOf({ ...IPV6, server: other })).toBeUndefined();
  });

  it("returns the latest query with the same identification", () => {
    const queries = new DnsQueries(8);
    queries.add(IPV4, "before.example");
    queries.add(IPV4, "after.example");
    expect(queries.nameOf(IPV4)).toBe("after.example");
  });

  it("evicts the oldest query, and only that", () => {
    const queries = new DnsQueries(100);
    ask(queries, 1, 250);
    expect(queries.nameOf({ ...IPV4, id: 150 })).toBeUndefined();
    for (let id = 151; id <= 250; id++) expect(queries.nameOf({ ...IPV4, id })).toBe(`name-${id}`);
  });

  it("treats a repeated query as new", () => {
    const queries = new DnsQueries(3);
    ask(queries, 1, 3);
    ask(queries, 1, 1);
    ask(queries, 4, 4);
    expect([1, 2, 3, 4].map((id) => queries.nameOf({ ...IPV4, id }))).toEqual([
      "name-1",
      undefined,
      "name-3",
      "name-4",
    ]);
  });

  it("keeps working after any number of queries", () => {
    const queries = new DnsQueries(50);
    for (let round = 0; round < 20; round++) ask(queries, 1, 60);
    expect(queries.nameOf({ ...IPV4, id: 10 })).toBeUndefined();
    expect(queries.nameOf({ ...IPV4, id: 11 })).toBe("name-11");
  });
});
