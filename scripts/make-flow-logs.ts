/**
 * Makes the flow logs in fixtures/logs: Suricata's and nfdump's output for lab captures. Both programs are Debian packages
 * (`suricata`, from bookworm-backports, and `nfdump`); tests need only their output.
 *
 *   npx tsx scripts/make-flow-logs.ts
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const TARGET = "fixtures/logs";
/** Captures on which both must agree: named flows of TLS, QUIC, HTTP, DNS, mail, proxies, and plaintext. */
const CAPTURES = [
  "apple-browser.pcapng",
  "apple-encrypted-dns.pcap",
  "apple-hello-pieces.pcap",
  "apple-http.pcap",
  "apple-mail.pcapng",
  "apple-names.pcapng",
  "apple-private-relay.pcap",
  "apple-proxy.pcapng",
  "apple-push.pcap",
  "apple-quic.pcapng",
];

mkdirSync(TARGET, { recursive: true });
for (const capture of CAPTURES) {
  const name = capture.replace(/\..*/, "");
  const file = join("fixtures/lab", capture);
  const folder = mkdtempSync(join(tmpdir(), "flow-logs-"));
  execFileSync("suricata", ["-r", file, "-l", folder, "-S", "/dev/null", "-k", "none"], { stdio: "ignore" });
  const events = readFileSync(join(folder, "eve.json"), "utf8").split("\n");
  // Events about the program itself change with each run.
  write(`${name}.eve.json.gz`, events.filter((event) => !event.includes('"event_type":"stats"')).join("\n"));
  const collected = join(folder, "nfdump");
  mkdirSync(collected);
  execFileSync("nfpcapd", ["-r", file, "-l", collected], { stdio: "ignore" });
  const env = { ...process.env, TZ: "UTC" };
  const parts = readdirSync(collected).filter((part) => part.startsWith("nfcapd."));
  if (parts.length !== 1) throw new Error(`${capture}: nfpcapd wrote ${parts.length} files, not 1`);
  write(
    `${name}.nfdump.json.gz`,
    execFileSync("nfdump", ["-r", join(collected, parts[0]), "-o", "json"], { env }),
  );
  rmSync(folder, { recursive: true });
}

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(TARGET, name), gzipSync(content, { level: 9 }));
}
