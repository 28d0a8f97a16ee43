/** Finds the interface of the default route: from /proc/net on Linux, by `route` on macOS. */
import { readFile } from "node:fs/promises";
import { platform } from "node:os";
import type { ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";

/** RTF_UP and RTF_REJECT of linux/route.h. */
const ROUTE_UP = 0x1;
const ROUTE_REJECT = 0x200;

const HEXADECIMAL = 16;

interface Route {
  readonly interfaceName: string;
  readonly metric: number;
}

/**
 * Returns the interface of the default route, IPv4 before IPv6; null if there is none.
 *
 * @param env environment of the program that is run
 *
 * @example
 * ```ts
 * import { findDefaultInterface, openLive } from "appleflow";
 *
 * const source = await openLive((await findDefaultInterface()) ?? "en0", "auto");
 * ```
 */
export async function findDefaultInterface(env: ProgramEnvironment = process.env): Promise<string | null> {
  if (platform() === "linux") {
    return (
      readIpv4Default(await readIfThere("/proc/net/route")) ??
      readIpv6Default(await readIfThere("/proc/net/ipv6_route"))
    );
  }
  for (const family of ["-inet", "-inet6"]) {
    const { stdout } = await readProgramOutput("route", ["-n", "get", family, "default"], env);
    const name = /^\s*interface:\s*(\S+)/m.exec(stdout)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}

/** Returns the interface of the IPv4 default route in a text like Linux's /proc/net/route, or null. */
export function readIpv4Default(text: string): string | null {
  const routes: Route[] = [];
  for (const line of text.split("\n").slice(1)) {
    const [interfaceName, destination, , flags, , , metric, mask] = line.trim().split(/\s+/);
    if (mask === undefined || Number.parseInt(destination, HEXADECIMAL) !== 0) continue;
    if (Number.parseInt(mask, HEXADECIMAL) !== 0 || !isUsable(flags)) continue;
    routes.push({ interfaceName, metric: Number(metric) });
  }
  return nearest(routes);
}

/** Returns the interface of the IPv6 default route in a text like Linux's /proc/net/ipv6_route, or null. */
export function readIpv6Default(text: string): string | null {
  const routes: Route[] = [];
  for (const line of text.split("\n")) {
    const [destination, prefixLength, , , , metric, , , flags, interfaceName] = line.trim().split(/\s+/);
    if (interfaceName === undefined || !/^0+$/.test(destination) || prefixLength !== "00") continue;
    // The kernel's own unreachable route is on lo.
    if (interfaceName === "lo" || !isUsable(flags)) continue;
    routes.push({ interfaceName, metric: Number.parseInt(metric, HEXADECIMAL) });
  }
  return nearest(routes);
}

function isUsable(flags: string): boolean {
  const bits = Number.parseInt(flags, HEXADECIMAL);
  return (bits & ROUTE_UP) !== 0 && (bits & ROUTE_REJECT) === 0;
}

function nearest(routes: readonly Route[]): string | null {
  return routes.toSorted((one, other) => one.metric - other.metric)[0]?.interfaceName ?? null;
}

async function readIfThere(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}
