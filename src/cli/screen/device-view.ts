/** The view of devices: all of them, or those that use a product. */
import { formatBytes } from "../../render/render-units.ts";
import { groupNames } from "../../render/report-sections.ts";
import { bytesColumn, historyColumn, rateColumn, textColumn } from "./cells.ts";
import type { DeviceRow, LiveFrame, Speed } from "./live-frame.ts";
import { placeIn, placeOf, type Scope } from "./screen-state.ts";
import { tableView } from "./table-view.ts";

/** A device with its traffic: all of it, or that of a product. */
interface Row extends DeviceRow {
  readonly sent: number;
  readonly received: number;
  /** The groups with the most bytes; costly to compute. May be hostile. */
  readonly what: () => string;
}

const MOST_WHATS = 3;

export const DEVICE_VIEW = tableView<Row>({
  rows: (state, frame) => rowsOf(placeIn(state).scope, frame),
  columns: (_, __, frame, drawing) => [
    textColumn("DEVICE", 0, ({ label }) => label, { shrinksTo: 10, minWidth: 12, keeps: 20 }),
    rateColumn("UP", 2, ({ up }) => up),
    rateColumn("DOWN", 1, ({ down }) => down),
    historyColumn(5, frame.intervalSeconds, drawing),
    bytesColumn("SENT", 4, ({ sent }) => sent),
    bytesColumn("RECEIVED", 3, ({ received }) => received),
    textColumn("WHAT", 6, ({ what }) => what(), { shrinksTo: 16 }),
    textColumn("MAKE", 8, makeOf, { shrinksTo: 8 }),
    textColumn("ADDRESS", 7, ({ device }) => device.addresses[0] ?? device.macs[0] ?? "", { shrinksTo: 15 }),
  ],
  orders: [
    { name: "now", rank: ({ rate }) => rate },
    { name: "total", rank: ({ sent, received }) => sent + received },
    { name: "down", rank: ({ down }) => down },
    { name: "up", rank: ({ up }) => up },
    { name: "received", rank: ({ received }) => received },
    { name: "sent", rank: ({ sent }) => sent },
    { name: "device", rank: ({ label }) => label },
    { name: "make", rank: makeOf },
    { name: "address", rank: ({ device }) => device.addresses[0] ?? "" },
  ],
  filters: [
    { name: "all", isMeant: () => true },
    { name: "Apple's", isMeant: ({ device }) => device.isApple === true },
    { name: "others'", isMeant: ({ device }) => device.isApple === false },
    { name: "maker unknown", isMeant: ({ device }) => device.isApple === null },
  ],
  key: ({ device }) => device.id,
  texts: ({ label, device, what }) => [
    label,
    what(),
    device.maker ?? "",
    device.model ?? "",
    ...device.addresses,
    ...device.macs,
  ],
  open: ({ device, label }, { scope }) => {
    const next = { ...scope, device: { id: device.id, label } };
    return placeOf(scope.product === undefined ? "services" : "connections", next);
  },
  empty: (_, { summary }) =>
    summary.outside === null
      ? "Devices cannot be distinguished without evidence."
      : "No such device has been seen on the local network yet.",
  notes: ({ length }, state, frame) => [
    ...(length > 0 && placeIn(state).scope.product === undefined ? outsideText(frame) : []),
  ],
});

function makeOf({ device: { maker, model, isApple } }: DeviceRow): string {
  if (model !== null) return model;
  return maker ?? (isApple === true ? "Apple" : isApple === false ? "not Apple's" : "");
}

/** Traffic of ends that have no row. */
function outsideText({ summary: { outside, otherDevices } }: LiveFrame): string[] {
  const text = (name: string, end: { readonly sent: number; readonly received: number } | null) =>
    end === null ? [] : [`${name}: sent ${formatBytes(end.sent)}, received ${formatBytes(end.received)}`];
  return [...text("outside", outside), ...text("devices beyond the limit", otherDevices)];
}

function rowsOf({ product }: Scope, frame: LiveFrame): Row[] {
  const names = groupNames(frame.summary);
  if (product === undefined) {
    return frame.devices.map((row) => {
      const { sent, received } = row.device;
      return { ...row, sent, received, what: () => whatOf(row, names) };
    });
  }
  const { name, claim } = product;
  const own = new Set(
    frame.summary.groups
      .filter(({ products, candidates }) => (claim === "named" ? products : candidates).includes(name))
      .map(({ id }) => id),
  );
  const speeds = new Map(frame.traffic.devices.map((device) => [device.id, device.groups]));
  return frame.devices.flatMap((row) => {
    const groups = row.device.groups.filter(({ id }) => own.has(id));
    if (groups.length === 0) return [];
    const moved = sumOf((speeds.get(row.device.id) ?? []).filter(({ id }) => own.has(id)));
    const up = moved.sent / frame.intervalSeconds;
    const down = moved.received / frame.intervalSeconds;
    const speed: Speed = { rate: up + down, history: [] };
    return [
      {
        ...row,
        ...speed,
        up,
        down,
        ...sumOf(groups),
        what: () => whatOf({ device: { ...row.device, groups } }, names),
      },
    ];
  });
}

function sumOf(ends: readonly { readonly sent: number; readonly received: number }[]) {
  const sum = (key: "sent" | "received") => ends.reduce((total, end) => total + end[key], 0);
  return { sent: sum("sent"), received: sum("received") };
}

/** The groups with the most bytes; groups of one name are merged. */
function whatOf({ device }: Pick<DeviceRow, "device">, names: ReadonlyMap<string, string>): string {
  const bytes = new Map<string, number>();
  for (const { id, sent, received } of device.groups) {
    const name = names.get(id) ?? "";
    bytes.set(name, (bytes.get(name) ?? 0) + sent + received);
  }
  const sorted = [...bytes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const more = sorted.length - MOST_WHATS;
  const parts = sorted.slice(0, MOST_WHATS).map(([name, sum]) => `${name} ${formatBytes(sum)}`);
  return [...parts, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
