/** The head of the views of a history without live data: its name, and whether it can still be queried. */
import { el, named, setAttribute, setText } from "./dom.ts";

export class HistoryHead {
  readonly element: HTMLElement;
  readonly #state = el("span", { class: "state", role: "status" }, "connecting");

  /** `name`: of the history, hostile text. */
  constructor(name: string) {
    this.element = el(
      "header",
      {},
      el(
        "div",
        { class: "top" },
        el("h1", {}, "appleflow ", el("span", { class: "muted" }, "history")),
        el("span", { class: "interfaces" }, named(name)),
        this.#state,
      ),
    );
  }

  tell(isThere: boolean): void {
    setText(this.#state, isThere ? "connected" : "no connection to appleflow");
    setAttribute(this.#state, "class", `state ${isThere ? "live" : "cut"}`);
  }
}
