/** Every check of the evidence files, each with one broken line. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { DataCopy, dataErrorOf } from "../support/data-copy.ts";

let data: DataCopy;
beforeEach(() => {
  data = new DataCopy();
});
afterEach(() => data.remove());

function load() {
  const dataFolder = data.url;
  return loadEvidenceRules(loadServiceTable({ dataFolder }), { dataFolder });
}

test("the unchanged copy of the evidence data loads", () => {
  expect(load().hosts.match("mesu.apple.com")).not.toBeNull();
});

test.each([
  ["hosts.tsv", "=mesu.apple.com\t", "mesu.apple.com\t", "ambiguous"],
  ["hosts.tsv", "=mesu.apple.com\t", "=Mesu.apple.com\t", "not a label of a lower-case host name"],
  ["hosts.tsv", "=swcdn.apple.com\t", "=mesu.apple.com\t", "is already in line"],
  ["hosts.tsv", ".com\tSoftware Update\t", ".com\tSoftware Updates\t", "not the canonical name of a product"],
  ["hosts.tsv", ".com\tSoftware Update\t", ".com\tsoftware update\t", "not the canonical name of a product"],
  ["hosts.tsv", "Dictation | Siri", "Siri | Siri", '"Siri" occurs twice'],
  ["hosts.tsv", "Dictation | Siri", "", "write — for none"],
  ["hosts.tsv", "\tdns-only\t", "\tdns\t", 'use "dns" is not one of any, dns-only, ech-public-name'],
  [
    "hosts.tsv",
    "apple-101555 | ndpi-hosts",
    "apple-101555 | hearsay",
    'data/sources.tsv has no source "hearsay"',
  ],
  ["hosts.tsv", "apple-101555 | ndpi-hosts", "", 'data/sources.tsv has no source ""'],
  [
    "hosts.tsv",
    "\t2026-06-06\t",
    "\t2020-01-01\t",
    'the date is "2020-01-01", the newest source is from 2026-06-06',
  ],
  ["hosts.tsv", "\t2026-06-06\t—", "\t2026-06-06\t", "the note is empty"],
  ["networks.tsv", "17.0.0.0/8", "17.0.0.1/8", "has bits set beyond its 8"],
  ["networks.tsv", "17.0.0.0/8", "17.0.0.0/88", "the prefix length 88"],
  ["networks.tsv", "17.0.0.0/8", "017.0.0.0/8", "is not an address"],
  ["networks.tsv", "2620:149::/32", "2620:0149::/32", '"2620:0149::/32" is written 2620:149::/32'],
  ["networks.tsv", "\tApple as a whole\t", "\t\t", "the use of the prefix is empty"],
  ["bonjour.tsv", "_airplay._tcp", "_AirPlay._tcp", "is not a service type"],
  ["bonjour.tsv", "_airplay._tcp\tAirPlay", "_airplay._tcp\tAirPort", "not the canonical name of a product"],
  ["processes.tsv", "apsd\t", "/usr/libexec/apsd\t", "is not a process name"],
  ["processes.tsv", "\titself\t", "\thimself\t", 'acts_for "himself" is neither itself nor others'],
  ["processes.tsv", "trustd\t—", "trustd\tMail", "a process that acts for others decides nothing"],
  ["processes.tsv", "\tapple\t", "\tApple\t", 'owner "Apple" is neither apple nor other'],
  ["processes.tsv", "itself\tapple\tno", "itself\tapple\tnone", 'browser "none" is neither yes nor no'],
  ["processes.tsv", "itself\tapple\tno", "itself\tother\tno", "a process of another's names no product"],
  ["processes.tsv", "itself\tapple\tno", "itself\tapple\tyes", "a browser names no product"],
  ["bonjour.tsv", "\tAirPlay\tno\t", "\tAirPlay\tmaybe\t", 'only_apple "maybe" is neither yes nor no'],
  ["infrastructure-ports.tsv", "67–68\tUDP", "68–67\tUDP", "range 68–67 does not ascend"],
  ["infrastructure-ports.tsv", "67–68\tUDP", "67–68\tSCTP", 'transport "SCTP" is not TCP, UDP or TCP/UDP'],
  ["infrastructure-ports.tsv", "\tDHCPv6\t", "\t\t", "the service is empty"],
  ["infrastructure-ports.tsv", "853\tTCP", "53\tTCP", "is already in line"],
  ["documented-networks.tsv", "17.57.144.0/22", "17.57.145.0/22", "has bits set beyond its 22"],
  ["documented-networks.tsv", "2620:149:a44::/48", "2620:149:A44::/48", "is written 2620:149:a44::/48"],
  ["documented-networks.tsv", "17.252.0.0/16", "17.249.0.0/16", "is already in line"],
  ["documented-networks.tsv", "\tTCP\t", "\tSCTP\t", 'transport "SCTP" is not one of TCP, UDP, TCP/UDP'],
  ["documented-networks.tsv", "443, 2197", "2197, 443", "do not ascend"],
  [
    "documented-networks.tsv",
    "\tPush notifications\t",
    "\t—\t",
    '17.57.144.0/22" is documented for no product',
  ],
  ["documented-networks.tsv", "\tPush notifications\t", "\tPush\t", "not the canonical name of a product"],
  ["documented-networks.tsv", "\tapple-102266\t", "\thearsay\t", 'data/sources.tsv has no source "hearsay"'],
  ["protocol-signs.tsv", "alpn-prefix\t", "alpn\t", 'sign "alpn" is not one of alpn-prefix, rfb-version'],
  ["protocol-signs.tsv", "\tapns-\t", "\t\t", "the value is empty"],
  ["protocol-signs.tsv", "\t003.889\t", "\tapns-\t", "is already in line"],
  ["protocol-signs.tsv", "\tPush notifications\t", "\t—\t", "names no product"],
  ["protocol-signs.tsv", "\tPush notifications\t", "\tPush\t", "not the canonical name of a product"],
  ["protocol-signs.tsv", "\tnovnc\t", "\thearsay\t", 'data/sources.tsv has no source "hearsay"'],
  ["special-domains.tsv", "home.arpa\t", "Home.arpa\t", "is not a lower-case domain"],
  ["special-domains.tsv", "home.arpa\t", ".home.arpa\t", "is not a lower-case domain"],
  ["special-domains.tsv", "home.arpa\t", "local\t", "is already in line"],
  ["special-domains.tsv", "local\tanyone", "local\teveryone", 'used_by "everyone" is neither anyone nor —'],
  ["special-domains.tsv", "\tbelow\t", "\tabove\t", 'anonymised "above" is not one of below, whole, —'],
  ["special-domains.tsv", "\t—\tbelow\t", "\t—\t—\t", "nothing is special about"],
  ["special-domains.tsv", "\trfc-8375\t", "\t\t", 'data/sources.tsv has no source ""'],
  ["off-list-products.tsv", "AirDrop\tapple", "AirDrop\tpear", 'kind "pear" is neither apple nor generic'],
  ["off-list-products.tsv", "AirDrop\tapple\tlocal", "AirDrop\tapple\tnear", 'role "near" is not one of'],
  ["off-list-products.tsv", "2011-07-20", "20.7.2011", '"20.7.2011" is not a date'],
  ["off-list-products.tsv", "AirDrop\t", "AirPlay\t", '"airplay" already names "AirPlay"'],
  ["off-list-products.tsv", "\tFile sharing\t", "\tFile Sharing\t", 'unknown family "File Sharing"'],
  ["off-list-products.tsv", "\tiana-services\t", "\thearsay\t", 'data/sources.tsv has no source "hearsay"'],
  ["off-list-products.tsv", "Handoff", "", "an alias is empty"],
  ["sources.tsv", "lulu\t", "LuLu\t", '"LuLu" is not a source key'],
  ["sources.tsv", "opendrop\t", "lulu\t", '"lulu" occurs twice'],
  ["sources.tsv", "\t2026-08-05\t", "\tlast summer\t", '"last summer" is not a date'],
  ["sources.tsv", "\t2026-08-05\t", "\t2026-13-05\t", '"2026-13-05" is not a date'],
])("%s: replacing %j by %j is an error with its line", (file, find, replace, problem) => {
  const broken = data.breakLine(file, find, replace);
  const error = dataErrorOf(load);
  expect(error.message).toContain(problem);
  expect(error.position).toEqual({ source: `data/${file}`, line: broken });
  expect(error.message.startsWith(`data/${file} line ${broken}: `)).toBe(true);
});

test("an off-list product cannot occur in a cell of the list", () => {
  const line = data.breakLine("apple-ports.tsv", "\tAirPort Utility", "\tAirDrop, AirPort Utility");
  expect(load).toThrow(
    `data/apple-ports.tsv line ${line}: "AirDrop" is neither a product nor a recorded remark`,
  );
});

test.each([
  "hosts.tsv",
  "networks.tsv",
  "documented-networks.tsv",
  "bonjour.tsv",
  "processes.tsv",
  "protocol-signs.tsv",
  "special-domains.tsv",
  "off-list-products.tsv",
  "sources.tsv",
])("a missing %s is named in the error", (file) => {
  rmSync(data.file(file));
  expect(load).toThrow(expect.objectContaining({ code: "cannot_open" }));
  expect(load).toThrow(`data/${file}`);
});
