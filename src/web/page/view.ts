/** Shared by all views: each has its own address, `#/devices?search=iphone`. */
import type { Feed } from "./feed.ts";

/** One view. */
export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  /** Shows new data. */
  show(feed: Feed): void;
  /** Shows another address of the same view; if missing, a new view is created. */
  goTo?(route: Route): boolean;
  /** The view is no longer shown. */
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

/** An address typed by hand may be wrongly encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
