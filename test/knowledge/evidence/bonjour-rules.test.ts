import { expect, it } from "vitest";
import { isServiceType } from "../../../src/knowledge/evidence/bonjour-rules.ts";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const { bonjour } = loadEvidenceRules(loadServiceTable());
const productsOf = (type: string) => bonjour.match(type)?.map(({ name }) => name) ?? null;

it.each([
  ["_airplay._tcp", ["AirPlay"]],
  ["_raop._tcp", ["AirPlay"]],
  ["_AirPlay._TCP.", ["AirPlay"]],
  ["_companion-link._tcp", ["Continuity"]],
  ["_hap._tcp", ["HomeKit"]],
  ["_ipp._tcp", ["Printer Sharing", "Printing to network printers"]],
  ["_airdrop._tcp", ["AirDrop"]],
])("the service type %s belongs to %j", (type, products) => expect(productsOf(type)).toEqual(products));

it.each([
  "",
  "airplay",
  "_airplay",
  "_airplay._udp2",
  "_airplay._tcp.local",
  "_workstation._tcp", // announced by any Linux
  "_services._dns-sd._udp",
  "_\u212aeynoteaccess._tcp",
  "a".repeat(65_536),
])("the service type %j is unknown", (type) => expect(productsOf(type)).toBeNull());

it.each(["_airplay._tcp", "_net-assistant._udp", "_appletv-v2._tcp"])(
  "%s is a valid service type",
  (text) => {
    expect(isServiceType(text)).toBe(true);
  },
);

it.each([
  "_airplay",
  "airplay._tcp",
  "_airplay._sctp",
  "_AirPlay._tcp",
  "_a b._tcp",
  `_${"a".repeat(60)}._tcp`,
  "__._tcp",
])("%s is not a valid service type", (text) => expect(isServiceType(text)).toBe(false));

it.each(["_companion-link._tcp", "_AirDrop._TCP.", "_apple-mobdev2._tcp", "_homekit._tcp"])(
  "only Apple's software announces the service type %s",
  (type) => expect(bonjour.isAppleOnly(type)).toBe(true),
);

it.each([
  "_airplay._tcp", // receivers of any maker
  "_raop._tcp",
  "_hap._tcp",
  "_touch-able._tcp", // iTunes on Windows, free servers
  "_workstation._tcp",
  "",
  "_\u212airdrop._tcp",
  "a".repeat(65_536),
])("the service type %j is announced by others too, or unknown", (type) =>
  expect(bonjour.isAppleOnly(type)).toBe(false),
);
