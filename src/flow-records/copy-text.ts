/**
 * Copies a text so that it outlives its line: a substring keeps the whole string alive (a name of 20 characters, a line
 * of 1 MiB). Unpaired surrogates become U+FFFD.
 */
export function copyText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
