/** Reach: failures, since when, for whom, and remedies; then what works. */
import { formatCount } from "../../render/render-units.ts";
import type { FeedFailure, FeedReach, FeedReached } from "../page-feed.ts";
import { el, named, setText } from "./dom.ts";
import { lookUp } from "./feed.ts";
import { LiveTable } from "./live-table.ts";
import type { View } from "./view.ts";

/** A look-up costs ten times as much as one for connections. */
const AGAIN_MS = 10_000;

export class ReachView implements View {
  readonly title = "Reach";
  readonly element: HTMLElement;
  readonly #headline = el("p", { class: "headline", role: "status" }, "Looking through the live flows …");
  readonly #failures = el("div");
  readonly #notes = el("div");
  readonly #works = reachedTable("What works", "Nothing has been answered yet.");
  readonly #unclear = reachedTable("Unclear", "Every attempt has an outcome.");
  readonly #clients = new LiveTable<FeedReach["clients"][number]>(
    "For each client, what fails, and how many things work",
    [
      { header: "Client", text: ({ client }) => client },
      { header: "Works", text: ({ works }) => formatCount(works), isNumber: true },
      { header: "Fails", text: ({ fails }) => fails.join(", "), className: () => "fails" },
    ],
    ({ client }) => client,
    "No client has tried anything.",
  );
  #isAsking = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #told = "";

  constructor() {
    this.element = el(
      "div",
      {},
      this.#headline,
      this.#failures,
      el("h2", {}, "What works"),
      this.#works.element,
      el("h2", {}, "Unclear"),
      this.#unclear.element,
      el("h2", {}, "By client"),
      this.#clients.element,
      this.#notes,
    );
  }

  show(): void {
    if (!this.#isAsking && performance.now() - this.#askedAt >= AGAIN_MS) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    const found = await lookUp<FeedReach>("/api/reach", new URLSearchParams());
    this.#isAsking = false;
    this.#askedAt = performance.now();
    if (found === null) {
      if (this.#told === "") setText(this.#headline, "Reachability is no longer monitored.");
      return;
    }
    const { headline, failing, dependent, works, unclear, clients, notes, untried } = found;
    setText(this.#headline, headline);
    this.#works.show(works);
    this.#unclear.show(unclear);
    this.#clients.show(clients);
    const told = JSON.stringify([failing, dependent, notes, untried]);
    if (told === this.#told) return;
    this.#told = told;
    this.#failures.replaceChildren(
      ...failing.map(failureCard),
      ...(dependent === null ? [] : [el("p", { class: "fails" }, dependent)]),
    );
    this.#notes.replaceChildren(
      el("h2", {}, "Also seen"),
      ...notes.map((text) => el("p", { class: "note" }, text)),
      el("p", { class: "muted" }, `Not tried: ${untried}. Nothing is known about those.`),
    );
  }
}

function failureCard({
  title,
  meaning,
  seen,
  more,
  cause,
  rule,
  command,
  since,
  last,
}: FeedFailure): HTMLElement {
  const paragraph = (beginning: string, text: string | null) =>
    text === null ? null : el("p", {}, el("strong", {}, beginning), text);
  const rest = more === 0 ? [] : [el("li", {}, `and ${formatCount(more)} more`)];
  return el(
    "article",
    { class: "failure" },
    el("h3", {}, named(title)),
    since === null ? null : el("p", { class: "muted" }, whenText(since, last)),
    paragraph("", meaning),
    el("ul", {}, ...seen.map((text) => el("li", {}, named(text))), ...rest),
    paragraph("Likely: ", cause),
    paragraph("Do: ", rule),
    command === null ? null : el("pre", { tabindex: 0 }, el("code", {}, command)),
  );
}

/** Seconds are precise enough; the day of the last attempt only if it differs. */
function whenText(since: string, last: string | null): string {
  const first = `Since ${since.slice(0, 10)} ${since.slice(11, 19)}Z`;
  if (last === null || last.slice(0, 19) === since.slice(0, 19)) return first;
  const day = last.slice(0, 10) === since.slice(0, 10) ? "" : `${last.slice(0, 10)} `;
  return `${first}, last tried ${day}${last.slice(11, 19)}Z`;
}

function reachedTable(caption: string, empty: string): LiveTable<FeedReached> {
  return new LiveTable<FeedReached>(
    caption,
    [
      { header: "Product", text: ({ label }) => label },
      { header: "Verdict", text: ({ verdict }) => verdict },
      { header: "Clients", text: ({ clients }) => formatCount(clients), isNumber: true },
    ],
    ({ label, verdict }) => `${label} ${verdict}`,
    empty,
  );
}
