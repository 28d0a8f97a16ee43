/** `inbound.tsv` and `off-list-ports.tsv`: sizes, invariants, and every check with one broken line. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { loadPortNeeds } from "../../src/firewall/load-port-needs.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { DataCopy, dataErrorOf } from "../support/data-copy.ts";

const table = loadServiceTable();

describe("inbound and off-list port needs", () => {
  const needs = loadPortNeeds(table);
  const services = [...needs.inbound].flatMap(([row, products]) => [...products.keys()].map(() => row));

  it("have the sizes stated in data/README.md", () => {
    expect([services.length, needs.inbound.size, needs.offList.length, needs.ended.size]).toEqual([
      65, 50, 62, 1,
    ]);
    const readme = readFileSync(new URL("../../data/README.md", import.meta.url), "utf8");
    expect(readme).toContain(
      "65 inbound services on 50 rows, 62 ports beside the list, 1 port that has ended",
    );
  });

  it("include services that a Mac shares, and no client port", () => {
    const ports = [...needs.inbound.keys()].map(
      ({ portText, transportText }) => `${portText} ${transportText}`,
    );
    for (const port of ["548 TCP", "5900 TCP", "631 TCP", "3031 TCP/UDP", "3283 TCP/UDP"])
      expect(ports).toContain(port);
    for (const port of ["5223 TCP", "993 TCP", "3478–3497 UDP", "123 UDP"]) expect(ports).not.toContain(port);
  });

  it("include the ports missing from Apple's list", () => {
    const needed = needs.offList.map(
      ({ product, portText, transport }) => `${product.name} ${portText}/${transport}`,
    );
    for (const need of [
      "Push notifications 2197/tcp",
      "iCloud Private Relay 443/udp",
      "AirPlay 7000/tcp",
      "Windows Sharing 445/tcp",
    ]) {
      expect(needed).toContain(need);
    }
  });
});

let data: DataCopy;
beforeEach(() => {
  data = new DataCopy();
});
afterEach(() => data.remove());

function load(hasOwnRows = false) {
  return loadPortNeeds(table, { dataFolder: data.url, hasOwnRows });
}

test("the unchanged copy of the port needs loads", () => {
  expect(load().offList).toHaveLength(62);
});

test.each([
  ["inbound.tsv", "5900\tTCP\tScreen Sharing", "5901\tTCP\tScreen Sharing", "no row 5901 TCP that names"],
  ["inbound.tsv", "5900\tTCP\tScreen Sharing", "5900\tUDP\tScreen Sharing", "no row 5900 UDP that names"],
  ["inbound.tsv", "5900\tTCP\tScreen Sharing", "5900\tTCP\tFaceTime", 'that names "FaceTime"'],
  ["inbound.tsv", "TCP\tScreen Sharing", "TCP\tscreen sharing", "not the canonical name"],
  ["inbound.tsv", "5988\tTCP", "5900\tTCP", "occurs twice"],
  ["inbound.tsv", "both ends of local messages listen", "", "the reason is empty"],
  ["inbound.tsv", "apple-list", "apple-lost", 'no source "apple-lost"'],
  ["off-list-ports.tsv", "AirPlay\t7000\tTCP", "AirPlay\t443\tTCP", 'already has 443 for "AirPlay"'],
  ["off-list-ports.tsv", "AirPlay\t7000\tTCP", "AirPlay\t70000\tTCP", "outside 1 to 65535"],
  ["off-list-ports.tsv", "AirPlay\t7000\tTCP", "AirPlay\t7000\tSCTP", 'transport "SCTP"'],
  ["off-list-ports.tsv", "AirPlay\t7000\tTCP", "Airplay\t7000\tTCP", "not the canonical name"],
  ["off-list-ports.tsv", "TCP\tboth", "TCP\tsideways", 'direction "sideways"'],
  ["off-list-ports.tsv", "iCloud Backup\t443\tUDP", "iCloud\t443\tUDP", "occurs twice"],
  ["off-list-ports.tsv", "QUIC to mask.icloud.com", "", "the purpose of the port is empty"],
  ["off-list-ports.tsv", "airplay-thread", "airplay-threat", 'no source "airplay-threat"'],
])("%s: replacing %j by %j is an error with its line", (file, find, replace, problem) => {
  data.breakLine(file, find, replace);
  const error = dataErrorOf(load);
  expect(error.message).toMatch(new RegExp(`^data/${file} line \\d+: `));
  expect(error.message).toContain(problem);
});

test("the user's own rows may replace rows that the port needs refer to", () => {
  const path = data.file("inbound.tsv");
  writeFileSync(path, readFileSync(path, "utf8").replaceAll("5900\tTCP", "5901\tTCP"));
  expect(() => load()).toThrow("5901");
  expect([...load(true).inbound.keys()].some(({ portText }) => portText === "5900")).toBe(false);
});
