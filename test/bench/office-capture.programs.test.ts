/** tshark reads the benchmark's office capture; skipped if it is not installed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHosts } from "../../bench/generator/office/hosts.ts";
import { type OfficeTotals, writeOffice } from "../../bench/generator/office/office-capture.ts";
import { HANDSHAKES } from "../../bench/generator/profiles.ts";

const isInstalled = (() => {
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
if (!isInstalled) console.info("tshark is not installed: its opinion is not asked");

const SERVER_NAME = "tls.handshake.extensions_server_name";
/** Off by default in tshark, because network cards often fill in checksums after the capture. */
const CHECKSUMS = ["ip", "tcp", "udp"].flatMap((layer) => ["-o", `${layer}.check_checksum:TRUE`]);

describe.skipIf(!isInstalled)("tshark, reading the office capture,", () => {
  let folder = "";
  let truth: OfficeTotals;
  const lines = (filter: string, field: string): string[] =>
    execFileSync(
      "tshark",
      ["-r", join(folder, "office.pcap"), ...CHECKSUMS, "-Y", filter, "-T", "fields", "-e", field],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 },
    )
      .split("\n")
      .filter((line) => line !== "");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "appleflow-office-"));
    truth = writeOffice(
      join(folder, "office.pcap"),
      { ...HANDSHAKES, packets: 5000 },
      readHosts("data/hosts.tsv"),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("finds as many server names in TLS, QUIC and HTTP as the generator wrote", () => {
    expect(lines("tcp", SERVER_NAME)).toHaveLength(truth.named.tls);
    expect(lines("quic", SERVER_NAME)).toHaveLength(truth.named.quic);
    expect(lines("http.host", "http.host")).toHaveLength(truth.named.http);
  });

  it("finds the same names, each as often as it was written", () => {
    const found: Record<string, number> = {};
    for (const name of [...lines(SERVER_NAME, SERVER_NAME), ...lines("http.host", "http.host")]) {
      found[name] = (found[name] ?? 0) + 1;
    }
    expect(found).toEqual(truth.names);
  });

  it("finds no wrong checksum", () => {
    expect(lines("frame", "frame.number")).toHaveLength(truth.packets);
    const wrong = ["ip", "tcp", "udp"].map((layer) => `${layer}.checksum.status == "Bad"`).join(" || ");
    expect(lines(wrong, "frame.number")).toEqual([]);
    const good = ["tcp", "udp"].map((layer) => `${layer}.checksum.status == "Good"`).join(" || ");
    expect(lines(good, "frame.number")).toHaveLength(truth.packets);
  });

  it("finds nothing malformed except the certificates, which are opaque", () => {
    expect(lines("_ws.malformed && !(tcp && tls)", "frame.number")).toEqual([]);
  });

  it("finds hellos with a post-quantum key share that span two segments", () => {
    // 0x11ec: X25519MLKEM768.
    const lengths = lines(
      "tcp && tls.handshake.type == 1 && tls.handshake.extensions_key_share_group == 0x11ec",
      "tls.handshake.length",
    ).map(Number);
    expect(lengths.length).toBeGreaterThan(truth.named.tls / 2);
    expect(Math.min(...lengths)).toBeGreaterThan(1460);
  });
});
