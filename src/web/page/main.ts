/** The page: the head, the ways to the views, and the view that the address names. */
import { ConnectionsView, WhyView } from "./connection-views.ts";
import { DevicesView, DeviceView } from "./device-views.ts";
import { el } from "./dom.ts";
import { DropView } from "./drop-view.ts";
import { type Feed, listen } from "./feed.ts";
import { Head } from "./head.ts";
import { NowView } from "./now-view.ts";
import { ProductView } from "./product-view.ts";
import { ReachView } from "./reach-view.ts";
import { hrefOf, type Route, routeOf, type View } from "./view.ts";

const VIEWS = [
  { path: "now", name: "Now" },
  { path: "devices", name: "Devices" },
  { path: "connections", name: "Connections" },
  { path: "reach", name: "Reach" },
  { path: "capture", name: "Capture" },
] as const;
/** Below which of these a view is found. */
const PARENTS: Readonly<Record<string, string>> = {
  product: "now",
  device: "devices",
  connection: "connections",
};

function viewOf(route: Route): View {
  const [name = "", of = ""] = route.path;
  switch (name) {
    case "product":
      return new ProductView(of);
    case "devices":
      return new DevicesView();
    case "device":
      return new DeviceView(of);
    case "connections":
      return new ConnectionsView(route);
    case "connection":
      return new WhyView(route);
    case "capture":
      return new DropView();
    case "reach":
      return new ReachView();
    default:
      return new NowView();
  }
}

const head = new Head();
const main = el("main", { id: "main", tabindex: -1 });
const links = VIEWS.map(({ path, name }, i) =>
  el("a", { href: hrefOf([path]), "aria-keyshortcuts": String(i + 1) }, name),
);
const nav = el(
  "nav",
  { "aria-label": "Views", class: "views" },
  el("ul", {}, ...links.map((link) => el("li", {}, link))),
);
document.querySelector("#page")?.replaceChildren(head.element, el("div", { class: "body" }, nav, main));

let feed: Feed | null = null;
let view: View | null = null;

/** Shows the view that the address names. */
function open(isFirst: boolean): void {
  view?.close?.();
  const route = routeOf(location.hash);
  view = viewOf(route);
  const [name = ""] = route.path;
  const root = PARENTS[name] ?? (VIEWS.some(({ path }) => path === name) ? name : "now");
  for (const [i, link] of links.entries()) {
    if (VIEWS[i]?.path === root) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.replaceChildren(view.element);
  update();
  // Whoever hears the page hears the new view from its begin.
  if (!isFirst) main.focus({ preventScroll: true });
  if (!isFirst) scrollTo(0, 0);
}

function update(): void {
  if (feed === null || view === null) return;
  head.show(feed);
  view.show(feed);
  document.title = `${view.title} – appleflow live`;
}

addEventListener("hashchange", () => open(false));
addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = VIEWS[Number(event.key) - 1];
  if (place !== undefined) location.hash = hrefOf([place.path]);
  if (event.key === "/") {
    const search = document.querySelector<HTMLInputElement>("#search");
    if (search === null) return;
    event.preventDefault();
    search.focus();
  }
});

open(true);
listen(
  (next, heardAt) => {
    feed = next;
    update();
    // With its layout; how long it took is seen in the browser's tools, and by tests.
    main.getBoundingClientRect();
    performance.clearMeasures();
    performance.measure("update", { start: heardAt });
  },
  (state) => head.tell(state),
);
