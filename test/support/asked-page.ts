/** Requests to the page that a command serves, as a browser makes them: with the printed address, then with its cookie. */

/** The output so far, and whether the command has ended. */
export interface Printing {
  readonly text: () => string;
  readonly hasEnded?: () => boolean;
  readonly wait: () => Promise<unknown>;
}

/** Waits for the printed address. */
export async function printedUrl({ text, wait, hasEnded = () => false }: Printing): Promise<string> {
  for (;;) {
    const [, url] = /page: (http:\S+)\n/.exec(text()) ?? [];
    if (url !== undefined) return url;
    if (hasEnded()) throw new Error(`it has ended: ${text()}`);
    await wait();
  }
}

/** Requests with the cookie obtained from the address. */
export async function askedPage(url: string) {
  const welcome = await fetch(url);
  const [cookie = ""] = (welcome.headers.get("set-cookie") ?? "").split(";");
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, url), { headers: { cookie, ...headers } });
  const send = (path: string, body: Buffer<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(new URL(path, url), { method: "POST", body, headers: { cookie, ...headers } });
  return { url, cookie, ask, send, json: async <T>(path: string) => (await (await ask(path)).json()) as T };
}
