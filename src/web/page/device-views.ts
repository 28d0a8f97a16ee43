/** Devices: their identity and traffic, the products of each, and a view of one device. */
import { deviceDetail, deviceLabel } from "../../render/device-words.ts";
import { formatBytes, formatCount } from "../../render/render-units.ts";
import type { DeviceSummary } from "../../reports/devices/device-report.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { DeviceMatrix, type MatrixRow } from "./device-matrix.ts";
import { el, named, setText } from "./dom.ts";
import type { Feed } from "./feed.ts";
import { LiveTable } from "./live-table.ts";
import { hrefOf, type View } from "./view.ts";

interface DeviceRow {
  readonly device: DeviceSummary;
  readonly label: string;
  readonly rate: number;
}

const LINKS = {
  ofProduct: (name: string) => hrefOf(["product", name]),
  ofDevice: (id: string) => hrefOf(["device", id]),
};

export class DevicesView implements View {
  readonly title = "Devices";
  readonly element: HTMLElement;
  readonly #count = el("span", { class: "muted" });
  readonly #matrix = new DeviceMatrix(() => LINKS);
  readonly #table = new LiveTable<DeviceRow>(
    "Devices of the local network, by bytes",
    [
      {
        header: "Device",
        text: ({ label }) => label,
        detail: ({ device }) => deviceDetail(device),
        href: ({ device }) => hrefOf(["device", device.id]),
      },
      { header: "Now", text: ({ rate }) => `${formatBytes(rate)}/s`, isNumber: true },
      { header: "Sent", text: ({ device }) => formatBytes(device.sent), isNumber: true, importance: 2 },
      {
        header: "Received",
        text: ({ device }) => formatBytes(device.received),
        isNumber: true,
        importance: 2,
      },
      { header: "Total", text: ({ device }) => formatBytes(device.sent + device.received), isNumber: true },
      { header: "Apple's", text: ({ device }) => makeText(device), importance: 3 },
    ],
    ({ device }) => device.id,
    "No device of a local network has been seen.",
  );

  constructor() {
    this.element = el(
      "div",
      {},
      el("section", {}, el("h2", {}, "What each device uses"), this.#matrix.element),
      el("section", {}, el("h2", {}, "Devices ", this.#count), this.#table.element),
    );
  }

  show(feed: Feed): void {
    const { summary, devices, intervalSeconds, deviceCount } = feed.latest;
    const shown = summary.devices.length;
    setText(
      this.#count,
      shown < deviceCount
        ? `the first ${formatCount(shown)} of ${formatCount(deviceCount)} by bytes`
        : formatCount(shown),
    );
    this.#matrix.show(matrixRows(summary));
    const moved = new Map(devices.map(({ id, sent, received }) => [id, sent + received]));
    this.#table.show(
      summary.devices.map((device) => ({
        device,
        label: deviceLabel(device),
        rate: (moved.get(device.id) ?? 0) / intervalSeconds,
      })),
    );
  }
}

/** Traffic of each device by product. */
function matrixRows({ groups, devices }: Summary): MatrixRow[] {
  const byGroup = new Map(groups.map(({ id, products }) => [id, products]));
  return devices.map((device) => {
    const bytes = new Map<string, number>();
    for (const { id, sent, received } of device.groups) {
      const products = byGroup.get(id) ?? [];
      // If several match, none can be attributed.
      const [product] = products.length === 1 ? products : [];
      if (product !== undefined) bytes.set(product, (bytes.get(product) ?? 0) + sent + received);
    }
    return { id: device.id, label: deviceLabel(device), bytes };
  });
}

function makeText({ isApple }: DeviceSummary): string {
  return isApple === null ? "not known" : isApple ? "yes" : "no";
}

interface ServiceRow {
  readonly name: string;
  readonly sent: number;
  readonly received: number;
  readonly flows: number;
}

export class DeviceView implements View {
  title = "Device";
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #name = named("");
  readonly #lead = el("p", { class: "headline" });
  readonly #detail = el("p", { class: "muted" });
  readonly #signs = el("p", {});
  readonly #services = new LiveTable<ServiceRow>(
    "Traffic of the device, by kind",
    [
      { header: "What", text: ({ name }) => name },
      { header: "Sent", text: ({ sent }) => formatBytes(sent), isNumber: true },
      { header: "Received", text: ({ received }) => formatBytes(received), isNumber: true },
      { header: "Flows", text: ({ flows }) => formatCount(flows), isNumber: true, importance: 2 },
    ],
    ({ name }) => name,
    "It has no traffic.",
  );

  constructor(id: string) {
    this.#id = id;
    this.element = el(
      "div",
      {},
      el("p", { class: "way" }, el("a", { href: hrefOf(["devices"]) }, "Devices"), " › ", this.#name),
      this.#lead,
      this.#detail,
      this.#signs,
      el("p", {}, el("a", { href: hrefOf(["connections"], { device: id }) }, "Its live connections")),
      el("h2", {}, "What it does"),
      this.#services.element,
    );
  }

  show({ latest }: Feed): void {
    const { summary, groupNames, devices, intervalSeconds } = latest;
    const device = summary.devices.find(({ id }) => id === this.#id);
    if (device === undefined) {
      setText(this.#lead, "No device with this address has been seen.");
      return;
    }
    this.title = deviceLabel(device);
    setText(this.#name, this.title);
    const now = devices.find(({ id }) => id === this.#id);
    const rate = (bytes: number | undefined) => `${formatBytes((bytes ?? 0) / intervalSeconds)}/s`;
    setText(
      this.#lead,
      `${formatBytes(device.sent)} sent, ${formatBytes(device.received)} received; ` +
        `now ${rate(now?.sent)} up, ${rate(now?.received)} down`,
    );
    setText(this.#detail, [deviceDetail(device), ...device.macs].filter((text) => text !== "").join(", "));
    const make =
      device.isApple === null ? "Maker unknown" : device.isApple ? "It is Apple's" : "It is not Apple's";
    setText(this.#signs, `${make}${device.signs.length === 0 ? "." : `: ${device.signs.join("; ")}.`}`);
    const rows = new Map<string, ServiceRow>();
    for (const { id, sent, received, flows } of device.groups) {
      const name = groupNames[id] ?? "";
      const row = rows.get(name) ?? { name, sent: 0, received: 0, flows: 0 };
      rows.set(name, {
        name,
        sent: row.sent + sent,
        received: row.received + received,
        flows: row.flows + flows,
      });
    }
    this.#services.show([...rows.values()].sort((a, b) => b.sent + b.received - a.sent - a.received));
  }
}
