/** Drop a capture: it is read by the program that serves the page, which builds the report of `summarize --format html`. */
import { countOf } from "../../render/render-units.ts";
import type { FeedDropped } from "../page-feed.ts";
import { el, named, setText } from "./dom.ts";
import type { View } from "./view.ts";

/** As in the server (`dropped-captures.ts`). */
const MOST_MEGABYTES = 64;

export class DropView implements View {
  readonly title = "Capture";
  readonly element: HTMLElement;
  readonly #state = el("p", { role: "status", class: "headline" });
  readonly #reports = el("ul", { class: "reports" });
  #isSending = false;

  constructor() {
    const input = el("input", { type: "file", id: "capture", accept: ".pcap,.pcapng,.cap,.gz,.zst" });
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file !== undefined) void this.#send(file);
    });
    const zone = el(
      "div",
      { class: "drop" },
      el("label", { for: "capture" }, "Drop a capture here, or choose one"),
      input,
      el(
        "p",
        { class: "muted" },
        `pcap or pcapng, also compressed, ${MOST_MEGABYTES} MB at most. It is read by the appleflow that serves this page, sent to nobody else, and not kept.`,
      ),
    );
    for (const name of ["dragover", "dragleave", "drop"] as const) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", name === "dragover");
        const file = event.dataTransfer?.files[0];
        if (name === "drop" && file !== undefined) void this.#send(file);
      });
    }
    this.element = el("div", {}, zone, this.#state, this.#reports);
  }

  show(): void {}

  async #send(file: File): Promise<void> {
    if (this.#isSending) return;
    if (file.size > MOST_MEGABYTES * 1e6) {
      setText(this.#state, `${file.name} is larger than ${MOST_MEGABYTES} MB: appleflow itself reads it.`);
      return;
    }
    this.#isSending = true;
    setText(this.#state, `Reading ${file.name} …`);
    try {
      const path = `/api/capture?${new URLSearchParams({ name: file.name })}`;
      const answer = await fetch(path, { method: "POST", body: file });
      if (answer.ok) this.#add((await answer.json()) as FeedDropped);
      else setText(this.#state, `${file.name} was not read: ${(await answer.text()).trim()}`);
    } catch {
      setText(this.#state, `${file.name} was not read: no connection to appleflow`);
    }
    this.#isSending = false;
  }

  #add({ path, name, packets }: FeedDropped): void {
    setText(this.#state, `${name} was read.`);
    const link = el("a", { href: path, target: "_blank", rel: "noopener" }, "The report of ", named(name));
    this.#reports.prepend(
      el("li", {}, link, el("span", { class: "muted" }, ` ${countOf(packets, "packet")}`)),
    );
    link.focus();
  }
}
