/** The page: the head, navigation, and the view that the address names. */
import { ConnectionsView, WhyView } from "./connection-views.ts";
import { DevicesView, DeviceView } from "./device-views.ts";
import { el } from "./dom.ts";
import { DropView } from "./drop-view.ts";
import { type Feed, listen, watch } from "./feed.ts";
import { Head } from "./head.ts";
import { HistoryHead } from "./history-head.ts";
import { HistoryView } from "./history-view.ts";
import { NowView } from "./now-view.ts";
import { PastDevicesView } from "./past-devices-view.ts";
import { ProductView } from "./product-view.ts";
import { ReachView } from "./reach-view.ts";
import { hrefOf, type Route, routeOf, type View } from "./view.ts";

/** Set by the server in the page's first file: whether there is live data, and which history can be queried. */
const isLive = document.body.dataset.live !== undefined;
const { history: historyName } = document.body.dataset;

/** A navigation entry, and the views below it. */
interface Way {
  readonly path: string;
  readonly name: string;
  readonly open: (route: Route) => View;
  readonly below?: readonly [name: string, open: (route: Route) => View];
}

const LIVE_WAYS: readonly Way[] = [
  {
    path: "now",
    name: "Now",
    open: () => new NowView(),
    below: ["product", ({ path: [, name = ""] }) => new ProductView(name)],
  },
  {
    path: "devices",
    name: "Devices",
    open: () => new DevicesView(),
    below: ["device", ({ path: [, id = ""] }) => new DeviceView(id)],
  },
  {
    path: "connections",
    name: "Connections",
    open: (route) => new ConnectionsView(route),
    below: ["connection", (route) => new WhyView(route)],
  },
  { path: "reach", name: "Reach", open: () => new ReachView() },
];
const HISTORY_WAY: Way = { path: "history", name: "History", open: (route) => new HistoryView(route) };
const PAST_DEVICES_WAY: Way = {
  path: "devices",
  name: "Devices",
  open: (route) => new PastDevicesView(route),
};
const DROP_WAY: Way = { path: "capture", name: "Capture", open: () => new DropView() };

const WAYS: readonly Way[] = [
  ...(isLive ? LIVE_WAYS : []),
  ...(historyName === undefined ? [] : [HISTORY_WAY]),
  ...(isLive ? [] : [PAST_DEVICES_WAY]),
  DROP_WAY,
];

/** The entry and view of an address; unknown addresses get the first one. */
function wayOf({ path: [name = ""] }: Route): { readonly way: Way; readonly open: Way["open"] } {
  for (const way of WAYS) {
    if (way.path === name) return { way, open: way.open };
    const [below, open] = way.below ?? [];
    if (below === name && open !== undefined) return { way, open };
  }
  return { way: WAYS[0], open: WAYS[0].open };
}

const head = isLive ? new Head() : null;
const historyHead = isLive ? null : new HistoryHead(historyName ?? "");
const main = el("main", { id: "main", tabindex: -1 });
const links = WAYS.map(({ path, name }, i) =>
  el("a", { href: hrefOf([path]), "aria-keyshortcuts": String(i + 1) }, name),
);
const nav = el(
  "nav",
  { "aria-label": "Views", class: "views" },
  el("ul", {}, ...links.map((link) => el("li", {}, link))),
);
const body = el("div", { class: "body" }, nav, main);
document
  .querySelector("#page")
  ?.replaceChildren(...[head, historyHead].flatMap((one) => one?.element ?? []), body);

let feed: Feed | null = null;
let shown: { readonly view: View; readonly open: Way["open"] } | null = null;

/** Shows the view that the address names. */
function open(isFirst: boolean): void {
  const route = routeOf(location.hash);
  const { way, open: openView } = wayOf(route);
  // If only the query changed, the view keeps its position and the focus.
  if (shown?.open === openView && shown.view.goTo?.(route)) return;
  shown?.view.close?.();
  shown = { view: openView(route), open: openView };
  for (const [i, link] of links.entries()) {
    if (WAYS[i] === way) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.replaceChildren(shown.view.element);
  update();
  // Screen readers start at the beginning of the new view.
  if (!isFirst) main.focus({ preventScroll: true });
  if (!isFirst) scrollTo(0, 0);
}

function update(): void {
  if (shown === null) return;
  const { view } = shown;
  if (feed !== null) {
    head?.show(feed);
    view.show(feed);
  }
  document.title = `${view.title} – appleflow${isLive ? " live" : ""}`;
}

addEventListener("hashchange", () => open(false));
addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = WAYS[Number(event.key) - 1];
  if (way !== undefined) location.hash = hrefOf([way.path]);
  if (event.key === "/") {
    const search = document.querySelector<HTMLInputElement>("#search");
    if (search === null) return;
    event.preventDefault();
    search.focus();
  }
});

open(true);
if (head === null) watch((isThere) => historyHead?.tell(isThere));
else {
  listen(
    (next, heardAt) => {
      feed = next;
      update();
      // Includes layout; the duration is visible in the browser's tools, and to tests.
      main.getBoundingClientRect();
      performance.clearMeasures();
      performance.measure("update", { start: heardAt });
    },
    (state) => head.tell(state),
  );
}
