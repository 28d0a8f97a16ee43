/** The devices of a history: the products and traffic of each in a time. */
import { formatBytes, formatCount } from "../../render/render-units.ts";
import type { FeedPastDevices } from "../page-feed.ts";
import { DeviceMatrix } from "./device-matrix.ts";
import { el, setText } from "./dom.ts";
import { pastHref } from "./history-controls.ts";
import { timeText } from "./history-words.ts";
import { LiveTable } from "./live-table.ts";
import { PastFrame } from "./past-frame.ts";
import type { Route, View } from "./view.ts";

const PATH = "devices";

type Device = FeedPastDevices["devices"][number];

export class PastDevicesView implements View {
  readonly title = "Devices";
  readonly element: HTMLElement;
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
  readonly #frame = new PastFrame<FeedPastDevices>(
    PATH,
    "/api/history/devices",
    false,
    [
      el("section", {}, el("h2", {}, "What each device used"), this.#matrix.element),
      el("section", {}, el("h2", {}, "Devices"), this.#table.element),
    ],
    (found) => this.#show(found),
  );
  #asked: URLSearchParams;

  constructor({ asked }: Route) {
    this.#asked = asked;
    this.element = this.#frame.element;
    this.goTo({ path: [PATH], asked });
  }

  /** Changes the time; the old result stays until the answer arrives. */
  goTo({ asked }: Route): boolean {
    this.#asked = asked;
    this.#frame.ask(asked);
    return true;
  }

  show(): void {}

  close(): void {
    this.#frame.close();
  }

  #show(found: FeedPastDevices): void {
    const { devices, deviceCount } = found;
    this.#frame.controls.showTime(found);
    const first = devices.length < deviceCount ? `the first ${formatCount(devices.length)} of ` : "";
    const count = deviceCount === 1 ? "1 device" : `${first}${formatCount(deviceCount)} devices`;
    setText(this.#frame.headline, `${count} ${timeText(found)}`);
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
