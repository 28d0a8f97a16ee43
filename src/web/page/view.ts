/** What all views have in common: each has an address of its own, `#/devices?search=iphone`. */
import type { Feed } from "./feed.ts";

/** One view. */
export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  /** Shows what is new. */
  show(feed: Feed): void;
  /** Shows what another address of the same view names; without it a new one is made. */
  goTo?(route: Route): boolean;
  /** It is not shown any more. */
  close?(): void;
}

/** An address within the page. */
export interface Route {
  /** Parts between slashes, decoded: ["device", "mac:..."]. */
  readonly path: readonly string[];
  readonly asked: URLSearchParams;
}

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").map(decoded), asked: new URLSearchParams(query) };
}

/** The address of a view. */
export function hrefOf(path: readonly string[], asked: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(asked).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${query === "" ? "" : `?${query}`}`;
}

/** What somebody has typed into the address may be no encoding of anything. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
