/**
 * Hash of a flow's key. Addresses and ports come from strangers who may want all of them to collide, so it is the upper
 * half of a sum of the key's words, each multiplied by a secret random 64-bit number (MULTILINEAR: Lemire and Kaser,
 * "Strongly universal string hashing is fast", 2014): which keys collide is then a matter of chance.
 */
import { KIND_IPV6, MULTIPLIERS_AT } from "../layout";

/** Spreads neighbouring sums over the table; being a bijection it adds no collisions (MurmurHash3's constant). */
const FINAL_MULTIPLIER: u32 = 0x85ebca6b;

/** Hashes a key whose addresses are at `a` and `b`: one word each, or four if the kind has `KIND_IPV6`. */
export function hashKey(a: usize, b: usize, ports: u32, kind: i32): u32 {
  let sum = load<u64>(MULTIPLIERS_AT) * u64(ports) + load<u64>(MULTIPLIERS_AT, 8) * u64(kind);
  sum +=
    load<u64>(MULTIPLIERS_AT, 16) * u64(load<u32>(a)) + load<u64>(MULTIPLIERS_AT, 24) * u64(load<u32>(b));
  if ((kind & KIND_IPV6) !== 0) sum += sumWide(a, b);
  const hash = u32(sum >> 32);
  const spread = (hash ^ (hash >> 15)) * FINAL_MULTIPLIER;
  return spread ^ (spread >> 13);
}

/** Returns the contribution of the other three words of each address. */
function sumWide(a: usize, b: usize): u64 {
  let sum: u64 = 0;
  for (let i = 1; i < 4; i++) {
    const multipliers = MULTIPLIERS_AT + 16 + (i << 4);
    const word = i << 2;
    sum += load<u64>(multipliers) * u64(load<u32>(a + word));
    sum += load<u64>(multipliers, 8) * u64(load<u32>(b + word));
  }
  return sum;
}
