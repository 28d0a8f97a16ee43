/** Formats IP addresses and recognizes group addresses. Cold: strings are made only for output. */

const HEXTETS = 8;

/** Returns the dotted decimal form of an IPv4 address given as 32 bits. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/** Reused. */
const hextets = new Uint16Array(HEXTETS);

/** Returns the canonical text of an IPv6 address (RFC 5952) given as four 32-bit words, most significant first. */
export function formatIpv6(word0: number, word1: number, word2: number, word3: number): string {
  if (word0 === 0 && word1 === 0 && word2 === 0xffff) return `::ffff:${formatIpv4(word3)}`;
  setHextets(0, word0);
  setHextets(2, word1);
  setHextets(4, word2);
  setHextets(6, word3);
  // The first of the longest runs of at least two zero groups.
  let zeros = HEXTETS;
  let length = 1;
  for (let first = 0, end = 1; first < HEXTETS; first = end, end++) {
    if (hextets[first] !== 0) continue;
    while (end < HEXTETS && hextets[end] === 0) end++;
    if (end - first <= length) continue;
    zeros = first;
    length = end - first;
  }
  const before = joined(0, zeros);
  return zeros === HEXTETS ? before : `${before}::${joined(zeros + length, HEXTETS)}`;
}

function setHextets(at: number, word: number): void {
  hextets[at] = word >>> 16;
  hextets[at + 1] = word & 0xffff;
}

function joined(first: number, end: number): string {
  let text = "";
  for (let i = first; i < end; i++)
    text += i === first ? hextets[i].toString(16) : `:${hextets[i].toString(16)}`;
  return text;
}

/** 224.0.0.0/4 (RFC 5771) or the limited broadcast address (RFC 919). */
export function isIpv4Group(address: number): boolean {
  return address >>> 28 === 0xe || address === -1;
}

/** ff00::/8 (RFC 4291, 2.7), by the first word of the address. */
export function isIpv6Group(firstWord: number): boolean {
  return firstWord >>> 24 === 0xff;
}
