/**
 * A copy of a text that outlives its line. A part of a string keeps the whole of it alive: a name of 20 characters, a line of 1 MiB.
 * What is no Unicode (half a surrogate pair) becomes U+FFFD.
 */
export function ownText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
