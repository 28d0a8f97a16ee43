import { describe, expect, it } from "vitest";
import { AddressTally } from "../../../src/evidence/devices/address-tally.ts";
import { Tenancies } from "../../../src/evidence/devices/tenancies.ts";
import { NO_TIME } from "../../../src/net/moment.ts";

const limits = { tenancies: 4, perAddress: 3, links: 2 };
const some = () => new Tenancies(() => undefined, limits);

describe("tenancies", () => {
  it("begin when another hardware address uses the address", () => {
    const tenancies = some();
    const [first, second] = [tenancies.linkOf(1), tenancies.linkOf(2)];
    tenancies.open(0x0a000001, first, 100);
    tenancies.open(0x0a000001, first, 150);
    tenancies.open(0x0a000001, second, 200);
    expect(tenancies.of(0x0a000001)).toHaveLength(2);
    expect([0, 100, 199, 200, 5000, NO_TIME].map((at) => tenancies.at(0x0a000001, at)?.link)).toEqual([
      first,
      first,
      first,
      second,
      second,
      second,
    ]);
  });

  it("are limited per address: one that returns is the earlier one", () => {
    const tenancies = some();
    const links = [tenancies.linkOf(1), tenancies.linkOf(2)];
    for (let i = 0; i < 20; i++) tenancies.open(0x0a000001, links[i % 2], i);
    expect(tenancies.of(0x0a000001)).toHaveLength(3);
  });

  it("are limited in total, and each one beyond the limit is counted once", () => {
    const tenancies = some();
    for (let round = 0; round < 3; round++) {
      for (let i = 1; i <= 10; i++) tenancies.open(0x0a000000 + i, null, 0);
    }
    expect(tenancies.all).toHaveLength(4);
    expect(tenancies.leftOut).toBe(6);
    expect([1, 2, 3].map((hardware) => tenancies.linkOf(hardware) !== null)).toEqual([true, true, false]);
  });
});

describe("a tally of addresses", () => {
  it("counts a hundred thousand within one percent, each once", () => {
    const tally = new AddressTally();
    for (let round = 0; round < 2; round++) for (let i = 0; i < 100_000; i++) tally.add(0x0a000000 + i * 7);
    expect(Math.abs(tally.count - 100_000)).toBeLessThan(1000);
  });
});
