/** Devices by products: the traffic of each as a matrix whose cells are darker for more bytes. */
import type { DeviceSummary, EndSummary } from "../../reports/devices/device-report.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { deviceDetail, deviceLabel } from "../device-words.ts";
import { namedRows, plainName, rowNames } from "../named-rows.ts";
import { formatCount } from "../render-units.ts";
import { bytesAmount } from "./amounts.ts";
import { html, type Markup, NOTHING, named } from "./markup.ts";
import { type HtmlCell, type HtmlColumn, table } from "./table.ts";

/** Default number of devices with a row, and of products with a column. */
const MOST_DEVICES = 100;
const MOST_PRODUCTS = 8;
/** Grades of a cell's colour, each for about three times as much as the previous one. */
const LEVELS = 5;
const LEVELS_PER_DECADE = 2;

/** The matrix; only a sentence if devices are not distinguished. */
export function* deviceSection(summary: Summary, top: number | null): Generator<Markup> {
  const { devices, outside, otherDevices } = summary;
  if (outside === null || devices.length === 0) {
    yield html`<p>${outside === null ? "Devices cannot be distinguished without evidence." : "No device of the local network was seen."}</p>\n`;
    return;
  }
  const columns = columnsOf(summary);
  const shown = devices.slice(0, top ?? MOST_DEVICES);
  const sums = shown.map((device) => columns.of(device));
  const largest = sums.flat().reduce((most, bytes) => Math.max(most, bytes), 1);
  const rest = devices.slice(shown.length);
  const rows = [
    ...shown.map((device, i) => rowOf(deviceHeader(device), device, sums[i], largest)),
    ...(rest.length === 0
      ? []
      : [
          rowOf(html`${formatCount(rest.length)} more devices`, sumOf(rest), sumColumns(rest, columns), null),
        ]),
    ...(otherDevices === null
      ? []
      : [
          rowOf(
            html`about ${formatCount(otherDevices.addresses)} more addresses`,
            otherDevices,
            columns.of(otherDevices),
            null,
          ),
        ]),
    rowOf(html`outside`, outside, columns.of(outside), null),
  ];
  const upright = (header: string): HtmlColumn => ({ header, isNumber: true, isUpright: true });
  yield* table({
    caption: "Bytes that each device sent and received, by product: darker means more.",
    className: "matrix",
    columns: [
      { header: "Device" },
      upright("Sent"),
      upright("Received"),
      ...columns.headers.map((header) => upright(header)),
    ],
    rows,
  });
}

interface MatrixColumns {
  readonly headers: readonly string[];
  /** Bytes of an end, by column. */
  of(end: EndSummary): readonly number[];
}

/** The products with the most bytes, the others together, and traffic known in another way. */
function columnsOf(summary: Summary): MatrixColumns {
  const nameOf = rowNames(summary, "product");
  const rows = namedRows(summary, "product");
  const products = rows.filter(({ class: flowClass }) => flowClass === "identified");
  const own = products.slice(0, products.length <= MOST_PRODUCTS + 1 ? products.length : MOST_PRODUCTS);
  const others = products.length - own.length;
  const places = new Map(own.map(({ name }, place) => [name, place]));
  const headers = own.map(({ name }) => name);
  if (others > 0) {
    for (const { name } of products.slice(own.length)) places.set(name, headers.length);
    headers.push(`${formatCount(others)} more products`);
  }
  for (const { name, class: flowClass } of rows) {
    if (flowClass === "identified") continue;
    places.set(name, headers.length);
    headers.push(plainName(name));
  }
  const columnOf = new Map(summary.groups.map((group) => [group.id, places.get(nameOf(group)) ?? 0]));
  return {
    headers,
    of: ({ groups }) => {
      const bytes = new Array<number>(headers.length).fill(0);
      for (const { id, sent, received } of groups) bytes[columnOf.get(id) ?? 0] += sent + received;
      return bytes;
    },
  };
}

function deviceHeader(device: DeviceSummary): Markup {
  const detail = deviceDetail(device);
  const mark = device.isApple === true ? "Apple's" : "";
  const parts = [mark, detail].filter((part) => part !== "").join(", ");
  return html`${named(deviceLabel(device))}${parts === "" ? NOTHING : html`<span class="detail">${parts}</span>`}`;
}

/** `largest`: bytes of the darkest cell; null for a row whose cells have no colour. */
function rowOf(
  header: Markup,
  { sent, received }: Pick<EndSummary, "sent" | "received">,
  bytes: readonly number[],
  largest: number | null,
): readonly (Markup | HtmlCell)[] {
  return [
    header,
    amount(sent),
    amount(received),
    ...bytes.map((one): HtmlCell => {
      const level = largest === null ? 0 : levelOf(one, largest);
      return { content: amount(one), ...(level > 0 && { className: `h${level}` }) };
    }),
  ];
}

/** An amount of 0 is an empty cell, so that others stand out. */
function amount(bytes: number): Markup {
  return bytes === 0 ? NOTHING : bytesAmount(bytes);
}

function levelOf(bytes: number, largest: number): number {
  if (bytes === 0) return 0;
  return Math.max(1, LEVELS - Math.floor(Math.log10(largest / bytes) * LEVELS_PER_DECADE));
}

function sumOf(ends: readonly EndSummary[]): Pick<EndSummary, "sent" | "received"> {
  const sum = (key: "sent" | "received") => ends.reduce((total, end) => total + end[key], 0);
  return { sent: sum("sent"), received: sum("received") };
}

function sumColumns(ends: readonly EndSummary[], columns: MatrixColumns): readonly number[] {
  const sums = new Array<number>(columns.headers.length).fill(0);
  for (const end of ends) for (const [i, bytes] of columns.of(end).entries()) sums[i] += bytes;
  return sums;
}
