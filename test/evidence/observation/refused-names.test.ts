import { describe, expect, it } from "vitest";
import {
  type Refusal,
  type RefusalKind,
  RefusedNames,
} from "../../../src/evidence/observation/refused-names.ts";
import type { AddressKey } from "../../../src/net/address-key.ts";

const A = 1;

function refusal(name: string, client: AddressKey, kind: RefusalKind, seconds: number): Refusal {
  return { name, client, kind, seconds, type: A, zone: null, address: null };
}

describe("refused names", () => {
  it("are distinguished by name, asker and kind", () => {
    const names = new RefusedNames(() => true);
    names.add(refusal("a", 1, "nxdomain", 10));
    names.add(refusal("a", 1, "sinkhole", 11));
    names.add(refusal("a", "\u0001".repeat(8), "nxdomain", 12));
    names.add(refusal("a", 1, "nxdomain", 13));
    expect(names.list().map(({ kind, times, firstSeconds }) => [kind, times, firstSeconds])).toEqual([
      ["sinkhole", 1, 11],
      ["nxdomain", 1, 12],
      ["nxdomain", 2, 10],
    ]);
  });

  it("are bounded: the one refused longest ago is evicted, and counted", () => {
    const names = new RefusedNames(() => true, 10);
    for (let i = 0; i < 1000; i++) names.add(refusal(`n${i}`, 1, "nxdomain", i));
    expect(names.list().map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `n${990 + i}`));
    expect(names.dropped).toBe(990);
  });

  it("include only names of interest, however many others come", () => {
    let asked = 0;
    const isMeant = (name: string) => {
      asked++;
      return name.endsWith(".apple.com");
    };
    const names = new RefusedNames(isMeant, 10);
    names.add(refusal("mesu.apple.com", 1, "nxdomain", 0));
    names.add(refusal("gdmf.apple.com", 1, "nxdomain", 0));
    names.addAnswered("gdmf.apple.com", 1);
    for (let i = 0; i < 20_000; i++) {
      names.add(refusal(`tracker${i}.example`, 1, "nxdomain", i));
      names.addAnswered(`site${i}.example`, 1);
    }
    expect(names.list().map(({ name }) => name)).toEqual(["mesu.apple.com"]);
    expect(names.dropped).toBe(0);
    const before = asked;
    for (let i = 0; i < 100; i++) names.add(refusal("mesu.apple.com", 1, "nxdomain", i));
    expect(asked - before).toBeLessThanOrEqual(1);
  });

  it("include the addresses of a sinkhole, and how often others got a real address", () => {
    const names = new RefusedNames(() => true);
    for (const address of [167_772_161, 167_772_162, 167_772_161])
      names.add({ ...refusal("a", 1, "sinkhole", 10), address });
    for (const client of [2, 3, 3]) names.addAnswered("a", client);
    expect(names.list()).toMatchObject([
      { times: 3, addresses: [167_772_161, 167_772_162], resolvedForOthers: 2 },
    ]);
  });
});
