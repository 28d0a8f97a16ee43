/** What the views of a history have in common: controls, headline, errors, and the query that is repeated. */
import { el, setText } from "./dom.ts";
import { HistoryControls } from "./history-controls.ts";
import { PastAsking } from "./past-asking.ts";
import { type Trouble, troubleText } from "./trouble.ts";

export class PastFrame<T> {
  readonly element: HTMLElement;
  readonly controls: HistoryControls;
  readonly headline = el("p", { class: "headline", role: "status" }, "Querying the history …");
  readonly #trouble = el("p", { class: "note error", role: "alert", hidden: true });
  readonly #asking: PastAsking<T>;
  #isEmpty = true;

  /**
   * @param path the view's address
   * @param query the server's path for its answers
   * @param parts elements below the headline
   */
  constructor(
    path: string,
    query: string,
    hasGroupings: boolean,
    parts: readonly HTMLElement[],
    onAnswer: (answer: T) => void,
  ) {
    this.controls = new HistoryControls(path, hasGroupings);
    this.element = el(
      "div",
      { "aria-busy": "true" },
      this.controls.element,
      this.headline,
      this.#trouble,
      ...parts,
    );
    this.#asking = new PastAsking<T>(
      query,
      (answer) => {
        this.#isEmpty = false;
        this.#trouble.hidden = true;
        this.element.setAttribute("aria-busy", "false");
        onAnswer(answer);
      },
      (trouble) => this.#showTrouble(trouble),
    );
  }

  /** Changes the query; the old result stays until the answer arrives. */
  ask(asked: URLSearchParams): void {
    this.controls.show(asked);
    this.element.setAttribute("aria-busy", "true");
    this.#asking.ask(asked);
  }

  close(): void {
    this.#asking.close();
  }

  #showTrouble(trouble: Trouble): void {
    this.element.setAttribute("aria-busy", "false");
    this.#trouble.hidden = false;
    setText(this.#trouble, troubleText(trouble));
    if (this.#isEmpty) setText(this.headline, "Nothing to show yet.");
  }
}
