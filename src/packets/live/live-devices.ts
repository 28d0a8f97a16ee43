/** Chooses the devices to capture for the interfaces that the user names, or for none: on a Mac one tap may cover many. */
import { platform } from "node:os";
import type { BackendName, LiveOptions } from "./live-source.ts";
import { findAppleTcpdump, isRoot, isTap, listNames } from "./tcpdump-way.ts";

/**
 * All Wi-Fi, Ethernet and USB ports: a name that does not end in a digit matches all names with that prefix (xnu
 * pktap.c).
 */
const ALL_PORTS = "pktap,en";
/** Maximum interfaces of one tap (xnu pktap.h, PKTAP_MAX_FILTERS). */
const MAX_TAP_INTERFACES = 8;

/** Arguments for `openLive`. */
export interface LiveDevices {
  readonly names: readonly string[];
  /** Whether the only one is that of the default route, which may change. */
  readonly isDefault: boolean;
}

/**
 * Returns the devices for `names`; without names, for the default route. As root on a Mac a tap shows the process of
 * every packet: it covers all ports if none is named, and all named ones at once.
 */
export async function chooseDevices(
  names: readonly string[],
  backend: BackendName | "auto",
  options: LiveOptions,
  findDefault: () => Promise<string | null>,
): Promise<LiveDevices> {
  const command = await findTap(names, backend, options);
  const unique = [...new Set(names)];
  if (unique.length === 0) {
    if (command !== null) return { names: [ALL_PORTS], isDefault: false };
    const name = await findDefault();
    return { names: name === null ? [] : [name], isDefault: true };
  }
  if (command === null) return { names: unique, isDefault: false };
  const available = await listNames(command, options.env ?? process.env);
  const tapped = unique.filter((name) => available.includes(name) && !isTap(name));
  const taps: string[] = [];
  for (let i = 0; i < tapped.length; i += MAX_TAP_INTERFACES) {
    taps.push(["pktap", ...tapped.slice(i, i + MAX_TAP_INTERFACES)].join(","));
  }
  return { names: [...taps, ...unique.filter((name) => !tapped.includes(name))], isDefault: false };
}

/** Returns Apple's tcpdump if a tap is the best choice for these names; else null. */
async function findTap(
  names: readonly string[],
  backend: BackendName | "auto",
  { processes = true, promiscuous, env = process.env }: LiveOptions,
): Promise<string | null> {
  if (platform() !== "darwin" || !isRoot() || backend === "cap" || !processes || promiscuous) return null;
  // A single named device is opened directly, with alternatives.
  return names.length === 1 ? null : await findAppleTcpdump(env);
}
