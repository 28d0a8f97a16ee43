import { describe, expect, it } from "vitest";
import { MakerCache } from "../../../src/evidence/devices/maker-cache.ts";
import { APPLE_HARDWARE } from "../../../src/evidence/devices/sign-bag.ts";
import { Tenancies } from "../../../src/evidence/devices/tenancies.ts";

describe("the cache of makers", () => {
  it("is refreshed when something new is learned, separately for each tenancy", () => {
    const tenancies = new Tenancies(() => undefined);
    const makers = new MakerCache(tenancies.all);
    for (let i = 0; i < 1000; i++) tenancies.open(0x0a000000 + i, null, 0);
    expect([makers.isApple(0), makers.isApple(999)]).toEqual([null, null]);
    tenancies.all[999].signs.push(APPLE_HARDWARE);
    makers.invalidate();
    expect([makers.isApple(0), makers.isApple(999)]).toEqual([null, true]);
  });
});
