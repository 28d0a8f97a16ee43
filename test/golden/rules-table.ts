/** Rows of the golden table for `appleflow rules`: each format, and each audit verdict. */
import type { Golden } from "./table.ts";

/** `nft -j list ruleset` (nft 1.0.6) of a router whose rules have sets, maps, jumps, an interface, an address and a rate. */
const ROUTER = "test/firewall/router-ruleset.json";
const CALL = "fixtures/lab/apple-facetime.pcapng";

export const RULES_GOLDENS: readonly Golden[] = [
  { name: "help-rules", args: ["rules", "--help"], status: 0 },
  { name: "rules-nftables", args: ["rules", "FaceTime", "Messages", "--inside", "lan0"], status: 0 },
  { name: "rules-nftables-host", args: ["rules", "Screen Sharing", "--hook", "output", "--with-inbound"], status: 0 },
  { name: "rules-nftables-wide", args: ["rules", "Xsan", "Back to My Mac", "--with-wide", "--source", "10.1.0.0/16", "--source", "fd00:1::/48"], status: 0 },
  { name: "rules-iptables", args: ["rules", "Classroom app", "--with-inbound", "--with-off-list", "--inside", "lan0", "--format", "iptables"], status: 0 },
  { name: "rules-pf", args: ["rules", "Push notifications", "iCloud Private Relay", "--with-off-list", "--format", "pf"], status: 0 },
  { name: "rules-pf-router", args: ["rules", "Screen Sharing", "--with-inbound", "--inside", "lan0", "--format", "pf"], status: 0 },
  { name: "rules-cisco", args: ["rules", "Apple Remote Desktop", "--with-inbound", "--inside", "Vlan10", "--format", "cisco"], status: 0 },
  { name: "rules-csv", args: ["rules", "--with-wide", "--with-off-list", "--with-inbound", "--format", "csv"], status: 0 },
  { name: "rules-markdown", args: ["rules", "--family", "File sharing", "--with-inbound", "--with-off-list", "--format", "markdown"], status: 0 },
  { name: "rules-json", args: ["rules", "AirPlay", "--with-off-list", "--format", "json"], status: 0 },
  { name: "rules-capture", args: ["rules", "--from", CALL, "--inside", "lan0"], status: 0 },
  { name: "rules-apple-nftables", args: ["rules", "FaceTime", "Push notifications", "--to", "apple", "--inside", "lan0"], status: 0 },
  { name: "rules-apple-iptables", args: ["rules", "Push notifications", "--to", "apple", "--source", "10.1.0.0/16", "--format", "iptables"], status: 0 },
  { name: "rules-apple-pf", args: ["rules", "Push notifications", "--to", "apple", "--inside", "lan0", "--format", "pf"], status: 0 },
  { name: "rules-apple-cisco", args: ["rules", "iMessage", "--to", "apple", "--inside", "Vlan10", "--format", "cisco"], status: 0 },
  { name: "rules-apple-list", args: ["rules", "Push notifications", "AirPlay", "--to", "apple", "--format", "list"], status: 0 },
  { name: "rules-apple-json", args: ["rules", "Push notifications", "--to", "apple", "--format", "json"], status: 0 },
  { name: "names-list", args: ["rules", "FaceTime", "--to", "names"], status: 0 },
  { name: "names-no-inspect", args: ["rules", "Software Update", "--to", "names", "--format", "no-inspect"], status: 0 },
  { name: "names-dnsmasq", args: ["rules", "Push notifications", "--to", "names", "--format", "dnsmasq", "--inside", "lan0"], status: 0 },
  { name: "names-unbound", args: ["rules", "FaceTime", "--to", "names", "--format", "unbound"], status: 0 },
  { name: "names-squid", args: ["rules", "FaceTime", "--to", "names", "--format", "squid"], status: 0 },
  { name: "names-rpz", args: ["rules", "FaceTime", "--to", "names", "--format", "rpz"], status: 0 },
  { name: "names-adguard", args: ["rules", "FaceTime", "--to", "names", "--format", "adguard"], status: 0 },
  { name: "names-csv", args: ["rules", "FaceTime", "--to", "names", "--format", "csv"], status: 0 },
  { name: "names-json", args: ["rules", "Push notifications", "--to", "names", "--format", "json"], status: 0 },
  { name: "rules-no-direction", args: ["rules", "FaceTime"], status: 1 },
  { name: "rules-unknown", args: ["rules", "Newton"], status: 1 },

  { name: "audit-table", args: ["rules", "--audit", ROUTER], status: 0, columns: 120 },
  { name: "audit-inside", args: ["rules", "FaceTime", "Mail", "--audit", ROUTER, "--inside", "lan0", "--outside", "wan0"], status: 4 },
  { name: "audit-json", args: ["rules", "Wi-Fi Calling", "iCloud Mail", "--audit", ROUTER, "--inside", "lan0", "--format", "json"], status: 4 },
  { name: "audit-csv", args: ["rules", "FaceTime", "--audit", ROUTER, "--inside", "lan0", "--ip", "6", "--format", "csv"], status: 4 },
  { name: "audit-markdown", args: ["rules", "Bonjour", "World Wide Web", "--audit", ROUTER, "--inside", "lan0", "--format", "markdown"], status: 4 },
  { name: "audit-output", args: ["rules", "iMessage", "--audit", ROUTER, "--hook", "output"], status: 0 },
];
