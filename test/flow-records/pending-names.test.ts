import { expect, it } from "vitest";
import { helloNames, requestNames } from "../../src/flow-records/hello-names.ts";
import { PendingNames } from "../../src/flow-records/pending-names.ts";

function named(serverName: string) {
  const names = helloNames("tls", serverName, []);
  if (names === null) throw new Error("no name");
  return names;
}

it("pending names are evicted oldest first, and counted", () => {
  const pending = new PendingNames(64);
  for (let i = 0; i < 70; i++) pending.add("zeek", `C${i}`, named(`host-${i}.example`));
  expect(pending.dropped).toBe(6);
  expect(pending.take("zeek", "C5")).toBeNull();
  expect(pending.take("zeek", "C6")?.serverName).toBe("host-6.example");
  expect(pending.count).toBe(63);
});

it("pending names keep the first name of a flow, or behind a proxy the name of the target", () => {
  const pending = new PendingNames();
  pending.add("zeek", "C1", named("first.example"));
  pending.add("zeek", "C1", named("second.example"));
  expect(pending.take("zeek", "C1")?.serverName).toBe("first.example");
  const request = requestNames("gateway.icloud.com:443", "apsd/1.0 CFNetwork/1410 Darwin/22.6", "CONNECT");
  if (request !== null) pending.add("suricata", "1", request);
  pending.add("suricata", "1", named("gateway.icloud.com"));
  expect(pending.take("suricata", "1")).toMatchObject({ nameSource: "tls", userAgentProcess: "apsd" });
});

it("pending names of two programs with the same flow ids are kept apart", () => {
  const pending = new PendingNames();
  pending.add("zeek", "1", named("a.example"));
  expect(pending.take("suricata", "1")).toBeNull();
});
