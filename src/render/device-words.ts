/** Names of devices, and the section of the default report that lists them. */
import type { DeviceSummary } from "../reports/devices/device-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { widthOf } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { wrapParts } from "./render-parts.ts";
import { formatBytes, formatCount } from "./render-units.ts";

/** Maximum number of lines in the section, and of devices in it. */
const MOST_LINES = 1;
const MOST_DEVICES = 12;
/** Maximum number of addresses shown for a device. */
const MOST_ADDRESSES = 4;

/** The name of a device: its own, else its kind, else an address. Hostile text. */
export function deviceLabel({ name, isGateway, addresses, macs }: DeviceSummary): string {
  if (name !== null) return name.replace(/\.local$/, "");
  const [address = macs[0] ?? "no address"] = addresses;
  return isGateway ? `router ${address}` : address;
}

/** Its kind and its addresses. Hostile text. */
export function deviceDetail(device: DeviceSummary): string {
  const { model, maker, isApple, addresses, vlans } = device;
  const make =
    model === null ? maker : maker === null || model.startsWith(maker) ? model : `${maker} ${model}`;
  const label = deviceLabel(device);
  const known = addresses.filter((address) => !label.endsWith(address));
  const more = known.length - MOST_ADDRESSES;
  return [
    make ?? (isApple === false ? "not Apple's" : ""),
    ...known.slice(0, MOST_ADDRESSES),
    more > 0 ? `${more} more` : "",
    vlans.length > 0 ? `VLAN ${vlans.join(" ")}` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** The section of the default report: the devices with the most bytes, in at most three lines. */
export function deviceLines(summary: Summary, { style, measure, colors }: Drawing): string[] {
  const { devices } = summary;
  if (devices.length === 0) return [];
  const title = "DEVICES";
  for (let count = Math.min(devices.length, MOST_DEVICES); ; count--) {
    const parts = devices
      .slice(0, count)
      .map((device) => `${deviceLabel(device)} ${formatBytes(device.sent + device.received)}`);
    const more = devices.length - count;
    if (more > 0) parts.push(`${formatCount(more)} more: --by device`);
    const lines = wrapParts(`${title}  ${formatCount(devices.length)}:`, parts, widthOf(style), measure);
    if (lines.length <= MOST_LINES || count <= 1) {
      return lines.map((line, i) => (i === 0 ? colors.bold(title) + line.slice(title.length) : line));
    }
  }
}
