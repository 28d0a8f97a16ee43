/** The devices of a history: the products and traffic of each in a time. */
import { formatBytes, formatCount } from "../../render/render-units.ts";
import type { FeedPastDevices } from "../page-feed.ts";
import { DeviceMatrix } from "./device-matrix.ts";
import { el, setText } from "./dom.ts";
import { HistoryControls, pastHref } from "./history-controls.ts";
import { timeText } from "./history-words.ts";
import { LiveTable } from "./live-table.ts";
import { PastAsking } from "./past-asking.ts";
import type { Route, View } from "./view.ts";

const PATH = "devices";

type Device = FeedPastDevices["devices"][number];

export class PastDevicesView implements View {
  readonly title = "Devices";
  readonly element: HTMLElement;
  readonly #controls = new HistoryControls(PATH, false);
  readonly #headline = el("p", { class: "headline", role: "status" }, "Querying the history …");
  readonly #trouble = el("p", { class: "note error", role: "alert", hidden: true });
  readonly #matrix = new DeviceMatrix(() => ({
    ofProduct: (product) => pastHref("history", this.#asked, { product, by: "device" }),
    ofDevice: (device) => pastHref("history", this.#asked, { device, by: "product" }),
  }));
  readonly #table = new LiveTable<Device>(
    "Devices, by bytes",
    [
      {
        header: "Device",
        text: ({ name }) => name,
        href: ({ id }) => pastHref("history", this.#asked, { device: id, by: "product" }),
      },
      { header: "Sent", text: ({ sent }) => formatBytes(sent), isNumber: true },
      { header: "Received", text: ({ received }) => formatBytes(received), isNumber: true },
      { header: "Total", text: ({ sent, received }) => formatBytes(sent + received), isNumber: true },
    ],
    ({ id }) => id,
    "No device of a local network is in it.",
  );
  readonly #asking = new PastAsking<FeedPastDevices>(
    "/api/history/devices",
    (found) => this.#show(found),
    (message) => this.#showTrouble(message),
  );
  #asked: URLSearchParams;

  constructor({ asked }: Route) {
    this.#asked = asked;
    this.element = el(
      "div",
      { "aria-busy": "true" },
      this.#controls.element,
      this.#headline,
      this.#trouble,
      el("section", {}, el("h2", {}, "What each device used"), this.#matrix.element),
      el("section", {}, el("h2", {}, "Devices"), this.#table.element),
    );
    this.goTo({ path: [PATH], asked });
  }

  /** Changes the time; the old result stays until the answer arrives. */
  goTo({ asked }: Route): boolean {
    this.#asked = asked;
    this.#controls.show(asked);
    this.element.setAttribute("aria-busy", "true");
    this.#asking.ask(asked);
    return true;
  }

  show(): void {}

  close(): void {
    this.#asking.close();
  }

  #showTrouble(message: string): void {
    this.element.setAttribute("aria-busy", "false");
    this.#trouble.hidden = false;
    setText(this.#trouble, `The history cannot be queried: ${message}. The next try is soon.`);
  }

  #show(found: FeedPastDevices): void {
    this.element.setAttribute("aria-busy", "false");
    this.#trouble.hidden = true;
    const { devices, deviceCount } = found;
    this.#controls.showTime(found);
    const first = devices.length < deviceCount ? `the first ${formatCount(devices.length)} of ` : "";
    const count = deviceCount === 1 ? "1 device" : `${first}${formatCount(deviceCount)} devices`;
    setText(this.#headline, `${count} ${timeText(found)}`);
    this.#matrix.show(
      devices.map(({ id, name, products }) => ({
        id,
        label: name,
        bytes: new Map(Object.entries(products)),
      })),
    );
    this.#table.show(devices);
  }
}
