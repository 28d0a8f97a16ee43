/**
 * AES-128 of a single block (FIPS 197), which is all that QUIC header protection needs (RFC 9001, 5.4.3): an OpenSSL object
 * for it takes several times as long. The keys are public, so it need not run in constant time.
 */

const ROUNDS = 10;
const KEY_WORDS = 4;
const BLOCK_WORDS = 4;

/** The S-box, and for each input byte the contribution of one column in a round. */
const SBOX = new Uint8Array(256);
const COLUMNS = new Int32Array(256);
fillTables();

/** Reused: the round keys, and the words of the block. */
const keys = new Int32Array(BLOCK_WORDS * (ROUNDS + 1));
const words = new Int32Array(BLOCK_WORDS);
const next = new Int32Array(BLOCK_WORDS);

/**
 * Encrypts the 16 bytes at `offset` with a 16-byte key; both are borrowed for the call. Writes the first bytes of the result
 * to `out`, as many as fit.
 */
export function encryptBlock(key: Uint8Array, bytes: Uint8Array, offset: number, out: Uint8Array): void {
  expandKey(key);
  for (let i = 0; i < BLOCK_WORDS; i++) words[i] = wordAt(bytes, offset + 4 * i) ^ keys[i];
  for (let round = 1; round < ROUNDS; round++) {
    for (let i = 0; i < BLOCK_WORDS; i++) {
      const a = COLUMNS[words[i] >>> 24];
      const b = COLUMNS[(words[(i + 1) & 3] >>> 16) & 0xff];
      const c = COLUMNS[(words[(i + 2) & 3] >>> 8) & 0xff];
      const d = COLUMNS[words[(i + 3) & 3] & 0xff];
      next[i] = a ^ turned(b, 8) ^ turned(c, 16) ^ turned(d, 24) ^ keys[BLOCK_WORDS * round + i];
    }
    words.set(next);
  }
  for (let at = 0; at < out.length; at++) {
    const column = at >> 2;
    const shift = 24 - 8 * (at & 3);
    const byte = SBOX[(words[(column + (at & 3)) & 3] >>> shift) & 0xff];
    out[at] = byte ^ (keys[BLOCK_WORDS * ROUNDS + column] >>> shift);
  }
}

/** Expands the round keys (FIPS 197, 5.2). */
function expandKey(key: Uint8Array): void {
  for (let i = 0; i < KEY_WORDS; i++) keys[i] = wordAt(key, 4 * i);
  let constant = 1;
  for (let i = KEY_WORDS; i < keys.length; i++) {
    let word = keys[i - 1];
    if (i % KEY_WORDS === 0) {
      word = substituted(turned(word, 24)) ^ (constant << 24);
      constant = doubled(constant);
    }
    keys[i] = keys[i - KEY_WORDS] ^ word;
  }
}

function substituted(word: number): number {
  return (
    (SBOX[word >>> 24] << 24) |
    (SBOX[(word >>> 16) & 0xff] << 16) |
    (SBOX[(word >>> 8) & 0xff] << 8) |
    SBOX[word & 0xff]
  );
}

/** Rotates a word to the right. */
function turned(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** Multiplies by x in the field of AES (FIPS 197, 4.2). */
function doubled(byte: number): number {
  return ((byte << 1) ^ (byte >= 0x80 ? 0x11b : 0)) & 0xff;
}

/** Enumerates the field by powers of 3, along with the powers of its inverse (FIPS 197, 5.1.1). */
function fillTables(): void {
  let power = 1;
  let inverse = 1;
  do {
    power ^= doubled(power);
    // Divide by 3.
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse &= 0xff;
    if (inverse >= 0x80) inverse ^= 0x09;
    SBOX[power] = affine(inverse);
  } while (power !== 1);
  SBOX[0] = affine(0);
  for (let byte = 0; byte < 256; byte++) {
    const one = SBOX[byte];
    const two = doubled(one);
    COLUMNS[byte] = (two << 24) | (one << 16) | (one << 8) | (two ^ one);
  }
}

function affine(byte: number): number {
  const turns = (byte << 1) ^ (byte << 2) ^ (byte << 3) ^ (byte << 4);
  return (byte ^ turns ^ (turns >>> 8) ^ 0x63) & 0xff;
}
