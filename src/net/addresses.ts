/** IP addresses as text, and what kind they are. Cold: strings are made only for what is printed. */

const HEXTETS = 8;

/** Dotted decimal of an IPv4 address given as 32 bits. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/** The canonical text of an IPv6 address (RFC 5952) given as four 32-bit words, the first ones first. */
export function formatIpv6(word0: number, word1: number, word2: number, word3: number): string {
  const hextets: number[] = [];
  for (const word of [word0, word1, word2, word3]) hextets.push(word >>> 16, word & 0xffff);
  if (word0 === 0 && word1 === 0 && word2 === 0xffff) return `::ffff:${formatIpv4(word3)}`;
  const { start, length } = longestZeroRun(hextets);
  const text = hextets.map((hextet) => hextet.toString(16));
  if (length < 2) return text.join(":");
  return `${text.slice(0, start).join(":")}::${text.slice(start + length).join(":")}`;
}

function longestZeroRun(hextets: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < HEXTETS; start++) {
    let length = 0;
    while (start + length < HEXTETS && hextets[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** 224.0.0.0/4 (RFC 5771) or the limited broadcast address (RFC 919). */
export function isIpv4Group(address: number): boolean {
  return address >>> 28 === 0xe || address === -1;
}

/** ff00::/8 (RFC 4291, 2.7), by the first word of the address. */
export function isIpv6Group(firstWord: number): boolean {
  return firstWord >>> 24 === 0xff;
}
