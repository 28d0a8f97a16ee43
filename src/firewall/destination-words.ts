/** Describes in words for which destinations a ruleset allows a connection. */

import type { AuditPart } from "./audit-report.ts";

/** Maximum networks named in a sentence. */
const MAX_NAMED = 3;
const VERDICTS = ["allowed", "blocked", "undecided"] as const;

/**
 * Returns "allowed to Apple's IPv4 networks; blocked: content networks, IPv6"; null if the outcome is the same
 * everywhere.
 */
export function destinationText(parts: readonly AuditPart[]): string | null {
  const hasScopes = parts.some(
    ({ destination, devices, networks }) => destination !== null || devices.length > 0 || networks.length > 0,
  );
  if (!hasScopes) return null;
  const sentences = VERDICTS.flatMap((verdict) => {
    const scopes = parts.filter((part) => part.verdict === verdict).map((part) => scopeText(part, parts));
    if (scopes.length === 0) return [];
    const list = [...new Set(scopes)].join(", ");
    return verdict === "allowed" ? `allowed to ${list}` : `${verdict}: ${list}`;
  });
  return sentences.join("; ");
}

function scopeText(part: AuditPart, all: readonly AuditPart[]): string {
  const { devices } = part;
  const from = devices.length === 0 ? "" : ` from ${named(devices)}`;
  return `${placeText(part, all)}${from}`;
}

function placeText(
  { version, destination, networks, verdict }: AuditPart,
  all: readonly AuditPart[],
): string {
  const ip = version === null ? "" : `IPv${version} `;
  const list = networks.length === 0 ? "" : ` (${named(networks)})`;
  switch (destination) {
    case null:
      return version === null ? "everything" : `IPv${version}`;
    case "apple": {
      const hasAllowed = all.some(
        (other) =>
          other.destination === "apple" &&
          other.version === version &&
          other.networks.length > 0 &&
          other.verdict === "allowed",
      );
      return `Apple's ${hasAllowed && verdict !== "allowed" ? "other " : ""}${ip}networks${list}`;
    }
    case "content": {
      // If the other IP version has a single outcome, it is described as a whole.
      const isOnly = all.every((other) => other.version === version || other.destination === null);
      return `${isOnly ? "" : ip}content networks${list}`;
    }
    case "private":
      return `private ${ip}networks${list}`;
  }
}

function named(networks: readonly string[]): string {
  const more = networks.length > MAX_NAMED ? " and others" : "";
  return `${networks.slice(0, MAX_NAMED).join(", ")}${more}`;
}
