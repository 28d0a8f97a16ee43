import { expect, it } from "vitest";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const { signs } = loadEvidenceRules(loadServiceTable());
const saidOf = (match: ReturnType<typeof signs.matchAlpn>) =>
  match === null ? null : [match.rule, ...match.products.map(({ name }) => name)];

it.each([
  ["apns-security-v3", ["apns-*", "Push notifications"]],
  ["apns-pack-v1", ["apns-*", "Push notifications"]],
  ["apns", null],
  ["APNS-security-v3", null],
  ["x-apns-", null],
  ["h2", null],
  ["", null],
])("the ALPN %j identifies %j", (protocol, said) => expect(saidOf(signs.matchAlpn(protocol))).toEqual(said));

it.each([
  ["003.889", ["RFB 003.889", "Screen Sharing", "Apple Remote Desktop"]],
  ["003.888", null],
  ["003.008", null],
])("version %s of RFB identifies %j", (version, said) => {
  expect(saidOf(signs.matchRfbVersion(version))).toEqual(said);
});
