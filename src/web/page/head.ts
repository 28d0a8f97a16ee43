/** The head of every view: sources of packets, throughput, and the bar of classes. */
import { formatBytes, formatCount, formatDuration, formatShare } from "../../render/render-units.ts";
import { el, setAttribute, setText, svg } from "./dom.ts";
import type { Feed, FeedState } from "./feed.ts";

/** Fill of each section. */
export const SECTION_FILLS: Readonly<Record<string, string>> = {
  identified: "c-identified",
  apple: "c-apple",
  "could-be": "c-could-be",
  other: "c-other",
  "no-product": "c-none",
  "not-asked": "c-none",
  "not-decoded": "c-undecoded",
};

const STATES: Readonly<Record<FeedState, string>> = {
  waiting: "waiting for the first packets",
  live: "live",
  cut: "no connection to appleflow",
  ended: "monitoring has ended",
};

const HEIGHT = 24;
/** Sections that are not drawn. */
const USUAL_WIDTH = 1000;

/** The head of the page. */
export class Head {
  readonly element: HTMLElement;
  readonly #state = el("span", { class: "state", role: "status" });
  readonly #interfaces = el("bdi", { class: "interfaces" });
  readonly #date = el("span", { class: "date" });
  readonly #clock = el("span");
  readonly #bar = svg("svg", {
    class: "divided",
    role: "img",
    preserveAspectRatio: "none",
  });
  readonly #facts = new Map(
    ["Apple’s", "Up", "Down", "Packets", "Flows", "Lost"].map((name) => [
      name,
      { name, value: el("strong"), words: el("span") },
    ]),
  );

  constructor() {
    const facts = [...this.#facts.values()].map(({ name, value, words }) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, value, words)),
    );
    this.element = el(
      "header",
      {},
      el(
        "div",
        { class: "top" },
        el("h1", {}, "appleflow ", el("span", { class: "muted" }, "live")),
        this.#state,
        this.#interfaces,
        el("span", { class: "time" }, this.#date, this.#clock),
      ),
      this.#bar,
      el("dl", { class: "answers" }, ...facts),
    );
    this.tell("waiting");
  }

  tell(state: FeedState): void {
    setText(this.#state, STATES[state]);
    setAttribute(this.#state, "class", `state ${state}`);
  }

  show({ latest }: Feed): void {
    const { interval, summary, sections, directions, intervalSeconds } = latest;
    const { apple, capture } = summary;
    const apples = apple.identified.bytes + apple.unknownProduct.bytes;
    const lost = (interval.droppedByKernel ?? 0) + (interval.droppedByInterface ?? 0) + interval.droppedByUs;
    const isLossKnown = interval.droppedByKernel !== null && interval.droppedByInterface !== null;
    setText(
      this.#interfaces,
      interval.interfaces
        .map(({ name, backend }) => `${name === "-" ? "standard input" : name} (${backend})`)
        .join(", "),
    );
    setText(this.#date, `${interval.time.slice(0, 10)} `);
    setText(this.#clock, `${interval.time.slice(11, 19)}Z`);
    const rate = (bytes: number | undefined) =>
      bytes === undefined ? "–" : `${formatBytes(bytes / intervalSeconds)}/s`;
    const fact = (name: string, value: string, words: string) => {
      const place = this.#facts.get(name);
      if (place === undefined) return;
      setText(place.value, value);
      setText(place.words, words);
    };
    fact(
      "Apple’s",
      formatShare(apples, capture.bytes),
      `${formatBytes(apples)} of ${formatBytes(capture.bytes)}`,
    );
    fact("Up", rate(directions?.up), "from devices here");
    fact("Down", rate(directions?.down), "to devices here");
    fact("Packets", `${formatCount(interval.packetsPerSecond)}/s`, `${formatCount(capture.packets)} in all`);
    fact(
      "Flows",
      formatCount(interval.liveFlows),
      `live, after ${formatDuration(Math.round(interval.elapsedSeconds))}`,
    );
    fact(
      "Lost",
      lost === 0 && !isLossKnown ? "unknown" : formatCount(lost),
      lost > 0 ? "packets were not seen" : isLossKnown ? "packets" : "a pipe does not count them",
    );
    setAttribute(
      this.#bar,
      "aria-label",
      sections.map(({ title, total }) => `${title} ${formatShare(total.bytes, capture.bytes)}`).join(", "),
    );
    const room = this.#bar.clientWidth || USUAL_WIDTH;
    let x = 0;
    const parts = sections.map(({ kind, total }) => {
      const width =
        total.bytes === 0 ? 0 : Math.max(2, Math.round((total.bytes / Math.max(1, capture.bytes)) * room));
      const part = svg("rect", { class: SECTION_FILLS[kind] ?? "c-none", x, width, height: HEIGHT });
      x += width;
      return part;
    });
    setAttribute(this.#bar, "viewBox", `0 0 ${Math.max(1, x)} ${HEIGHT}`);
    this.#bar.replaceChildren(...parts);
  }
}
