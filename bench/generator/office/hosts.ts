/** The office's peers: names of Apple's from the project's own table, and reserved names (RFC 2606). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Random } from "../random.ts";
import { APPLE_NAMES } from "./shares.ts";

/** A name and its addresses as text. */
export interface Host {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** The canonical name in its DNS answers, or null. */
  readonly alias: string | null;
  /** Whether it has an HTTPS record (RFC 9460). */
  readonly hasHttpsRecord: boolean;
}

/** Hosts by owner; `digest` changes with Apple's names. */
export interface Hosts {
  readonly apple: readonly Host[];
  readonly others: readonly Host[];
  readonly digest: string;
}

const OTHER_HOSTS = 240;
const SERVICES = ["www", "api", "cdn", "login", "static", "img", "mail", "telemetry"];
const DOMAINS = ["example.com", "example.net", "example.org"];

/**
 * Reads the exact names of `data/hosts.tsv` (`=name`, for any use).
 * @throws Error if there is none
 */
export function readHosts(path: string): Hosts {
  const rows = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("="))
    .map((line) => line.split("\t"));
  const names = rows.filter(([, , use]) => use === "any").map(([pattern]) => pattern.slice(1));
  if (names.length === 0) throw new Error(`${path}: no names found`);
  const digest = createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 16);
  // Apple's networks, and those for benchmarks and documentation (RFC 2544, RFC 3849).
  const apple = names.map((name, i) => ({
    ...described(name, i),
    ipv4: `17.253.${i >> 8}.${i & 0xff}`,
    ipv6: `2620:149:a00::${(i + 1).toString(16)}`,
  }));
  const others = Array.from({ length: OTHER_HOSTS }, (_, i) => ({
    ...described(`${SERVICES[i % SERVICES.length]}.site${i >> 3}.${DOMAINS[i % DOMAINS.length]}`, i),
    ipv4: `198.18.${i >> 8}.${i & 0xff}`,
    ipv6: `2001:db8:ffff::${(i + 1).toString(16)}`,
  }));
  return { apple, others, digest };
}

function described(name: string, index: number): Pick<Host, "name" | "alias" | "hasHttpsRecord"> {
  const alias = index % 2 === 0 ? `${name.split(".")[0]}.edge${index}.example.net` : null;
  return { name, alias, hasHttpsRecord: index % 3 === 0 };
}

/** Draws a host; a few are visited far more often than the others. */
export function drawHost(hosts: Hosts, random: Random): Host {
  const some = random.fraction() < APPLE_NAMES ? hosts.apple : hosts.others;
  // A step coprime to the numbers of hosts, so that the busy ones are not neighbours in the table.
  return some[(Math.floor(some.length * random.fraction() ** 2) * 61) % some.length];
}
