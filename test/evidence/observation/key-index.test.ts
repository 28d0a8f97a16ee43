import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyIndex } from "../../../src/evidence/observation/key-index.ts";
import { propertyRuns } from "../../support/property-runs.ts";

/** Looks a hash up as the flow table does: all records with that hash in the run of slots from its home. */
function recordsOf(index: KeyIndex, hash: number): number[] {
  const found: number[] = [];
  const { slots, mask } = index;
  for (let slot = hash & mask; slots[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
    if (slots[slot * 2] === hash) found.push(slots[slot * 2 + 1]);
  }
  return found.sort((a, b) => a - b);
}

/** Hashes with neighbouring home slots, also around the end of the table, so that runs collide. */
const crowdedHash = fc
  .tuple(fc.integer({ min: -6, max: 6 }), fc.nat(2))
  .map(([home, high]) => (home | 0) ^ (high << 28));

describe("KeyIndex", () => {
  it("finds its entries and nothing else, in collisions and around the end", () => {
    const operation = fc.tuple(fc.boolean(), crowdedHash, fc.nat());
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400, size: "max" }), (operations) => {
        const index = new KeyIndex();
        const model: { hash: number; record: number }[] = [];
        let next = 1;
        for (const [isInsert, hash, choice] of operations) {
          if (isInsert || model.length === 0) {
            model.push({ hash, record: next });
            index.insert(hash, next++);
          } else {
            const [gone] = model.splice(choice % model.length, 1);
            index.remove(gone.hash, gone.record);
          }
        }
        const hashes = new Set([...operations.map(([, hash]) => hash)]);
        for (const hash of hashes) {
          const wanted = model.filter((entry) => entry.hash === hash).map(({ record }) => record);
          expect(recordsOf(index, hash)).toEqual(wanted.sort((a, b) => a - b));
        }
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  it("keeps all entries when it grows, with a third of its slots free", () => {
    const index = new KeyIndex();
    const hashOf = (record: number) => Math.imul(record, 0x9e3779b1);
    const count = 100_000;
    for (let record = 1; record <= count; record++) index.insert(hashOf(record), record);
    for (let record = 1; record <= count; record++)
      expect(recordsOf(index, hashOf(record))).toEqual([record]);
    expect(index.mask + 1).toBeGreaterThan(count * 1.5);
    for (let record = 1; record <= count; record += 2) index.remove(hashOf(record), record);
    for (let record = 1; record <= count; record++) {
      expect(recordsOf(index, hashOf(record))).toEqual(record % 2 === 0 ? [record] : []);
    }
  });
});
