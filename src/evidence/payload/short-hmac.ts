/**
 * HMAC-SHA-256 (RFC 2104; FIPS 180-4) of messages and keys that fit one block: the keys of a QUIC connection take five of
 * them, and an OpenSSL object for each takes three times as long. Used only for public data.
 */

/** Maximum message length: a block of 64 bytes minus the end mark and the length in bits. */
export const MAX_MESSAGE_LENGTH = 55;

const BLOCK_LENGTH = 64;
const BLOCK_WORDS = 16;
const STATE_WORDS = 8;
const DIGEST_LENGTH = 32;
const ROUNDS = 64;
const INNER_PAD = 0x36363636;
const OUTER_PAD = 0x5c5c5c5c;
const END_OF_MESSAGE = 0x80;

/** The first 32 bits of the fractional parts of the cube and square roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
const PRIMES = firstPrimes(ROUNDS);
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fractionOf(Math.cbrt(prime)));
const INITIAL_STATE = Int32Array.from(PRIMES.slice(0, STATE_WORDS), (prime) => fractionOf(Math.sqrt(prime)));

/** Initial hash states under a key: for the message, and for the result of that. */
export interface HmacKey {
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

/** Reused. */
const block = new Int32Array(BLOCK_WORDS);
const schedule = new Int32Array(ROUNDS);
const state = new Int32Array(STATE_WORDS);

/** Prepares a key of at most 64 bytes, which is borrowed for the call. */
export function hmacKey(key: Uint8Array): HmacKey {
  return { inner: padded(key, INNER_PAD), outer: padded(key, OUTER_PAD) };
}

/**
 * Returns the HMAC of a message of at most `MAX_MESSAGE_LENGTH` bytes, which is borrowed for the call: 32 bytes, owned.
 *
 * @example hmac(hmacKey(salt), destination)
 */
export function hmac({ inner, outer }: HmacKey, message: Uint8Array): Uint8Array {
  load(message);
  putByte(message.length, END_OF_MESSAGE);
  block[BLOCK_WORDS - 1] = (BLOCK_LENGTH + message.length) * 8;
  state.set(inner);
  compress();
  block.set(state);
  block.fill(0, STATE_WORDS);
  putByte(DIGEST_LENGTH, END_OF_MESSAGE);
  block[BLOCK_WORDS - 1] = (BLOCK_LENGTH + DIGEST_LENGTH) * 8;
  state.set(outer);
  compress();
  const digest = new Uint8Array(DIGEST_LENGTH);
  for (let i = 0; i < DIGEST_LENGTH; i++) digest[i] = state[i >> 2] >>> (24 - 8 * (i & 3));
  return digest;
}

function padded(key: Uint8Array, pad: number): Int32Array {
  load(key);
  for (let i = 0; i < BLOCK_WORDS; i++) block[i] ^= pad;
  state.set(INITIAL_STATE);
  compress();
  return state.slice();
}

/** Fills the block with bytes, followed by zeros. */
function load(bytes: Uint8Array): void {
  block.fill(0);
  for (let i = 0; i < bytes.length; i++) putByte(i, bytes[i]);
}

function putByte(at: number, byte: number): void {
  block[at >> 2] |= byte << (24 - 8 * (at & 3));
}

/** Adds the block to the state (FIPS 180-4, 6.2.2). */
function compress(): void {
  const w = schedule;
  w.set(block);
  for (let i = BLOCK_WORDS; i < ROUNDS; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < ROUNDS; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + CONSTANTS[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

function fractionOf(root: number): number {
  return Math.floor((root % 1) * 2 ** 32) | 0;
}
