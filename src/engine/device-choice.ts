/** Resolves devices by name or address: captures are read once to find them, before they are read for the report. */
import { InputError } from "../errors.ts";
import type { Device } from "../evidence/devices/join-devices.ts";
import { formatHardware, parseHardware } from "../net/hardware-address.ts";
import { findCaptures, isReadOnce } from "../packets/files/find-captures.ts";
import {
  type AttributedFlow,
  type Collector,
  inOneStep,
  type Reading,
  type Steps,
} from "../reports/collector.ts";
import { beginsInput, type CaptureOptions, readSession } from "./read-captures.ts";
import type { Knowledge } from "./reading-options.ts";

/** Maximum number of available names in a message. */
const MOST_NAMED = 6;

/** Looks at both ends of each flow, which finds devices that only sent. */
class DeviceFinder implements Collector<readonly Device[]> {
  add(flow: AttributedFlow): void {
    flow.tenancyAt(0);
    flow.tenancyAt(1);
  }

  snapshot(): DeviceFinder {
    return new DeviceFinder();
  }

  report(reading: Reading): Steps<readonly Device[]> {
    return inOneStep(() => reading.devices());
  }
}

/**
 * The tenancies of the devices with a name (with or without `.local`), an address, a hardware address or an id. A
 * session that reads the same captures with the same options numbers them identically.
 *
 * @throws InputError `bad_argument` if no device matches, or devices cannot be distinguished
 */
export async function tenanciesOf(
  text: string,
  captures: readonly string[],
  options: CaptureOptions,
  knowledge: Knowledge,
): Promise<ReadonlySet<number>> {
  if (knowledge.rules === null) {
    throw new InputError("bad_argument", "devices cannot be distinguished by port numbers alone");
  }
  await refuseReadOnce(captures, "a device is known only after everything has been read");
  const finder = new DeviceFinder();
  const devices = (await readSession(captures, options, knowledge, [finder])).report(finder);
  const meant = devices.filter(meansDevice(text));
  if (meant.length === 0 && !options.signal?.aborted) {
    throw new InputError("bad_argument", absenceText(text, options.pseudonyms === undefined ? devices : []));
  }
  return new Set(meant.flatMap(({ tenancies }) => tenancies.map(({ tenancy }) => tenancy)));
}

/** Throws `InputError` `bad_argument` for captures that cannot be read twice; `why` explains the second pass. */
export async function refuseReadOnce(captures: readonly string[], why: string): Promise<void> {
  const { paths, names } = await findCaptures(captures, beginsInput);
  const once = paths.findIndex(isReadOnce);
  if (once < 0) return;
  const message = `${names[once]}: a pipe can be read only once, and ${why}: save it to a file first`;
  throw new InputError("bad_argument", message, { source: names[once] });
}

/** Names are compared without case. */
function meansDevice(text: string): (device: Device) => boolean {
  const bare = bareName(text);
  const hardware = parseHardware(text);
  const mac = hardware === null ? null : formatHardware(hardware);
  return ({ id, name, addresses, macs }) =>
    id === bare ||
    (name !== null && bareName(name) === bare) ||
    addresses.includes(bare) ||
    (mac !== null && macs.includes(mac));
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/\.local$/, "");
}

function absenceText(text: string, devices: readonly Device[]): string {
  const absence = `no device has the name or the address ${text}`;
  const names = devices.map(({ name, addresses }) => name ?? addresses[0]).filter((one) => one !== undefined);
  if (names.length === 0) return absence;
  const more = names.length - MOST_NAMED;
  return `${absence}; the devices are ${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
