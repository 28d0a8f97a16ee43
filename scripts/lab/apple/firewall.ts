/** nftables on the lab's router and client: the faults of the fault sessions. */
import type { Lab, LabHost } from "../lab.ts";

/**
 * Loads rules into the chain for forwarded packets; everything else passes. Rules are in nftables syntax ("tcp dport 5223
 * drop"); they apply to each packet, in both directions.
 */
export async function loadFirewall(lab: Lab, rules: readonly string[]): Promise<void> {
  if (lab.router === null) {
    throw new Error("a firewall needs a session with a router");
  }
  // Every rejected packet gets its ICMP error: the kernel's limit of one per second and host would suppress most.
  const unlimited = ["net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"];
  await lab.router.exec(["sysctl", "-q", ...unlimited]);
  await loadChain(lab.router, "forward", rules);
}

/** Loads rules for the client's own output: a firewall on the device, before any recorder. */
export async function loadFirewallOnClient(lab: Lab, rules: readonly string[]): Promise<void> {
  await loadChain(lab.client, "output", rules);
}

async function loadChain(host: LabHost, hook: "forward" | "output", rules: readonly string[]): Promise<void> {
  const chain = `type filter hook ${hook} priority 0; policy accept;`;
  const ruleset = `flush ruleset\ntable inet lab { chain ${hook} { ${chain}\n${rules.join("\n")}\n}\n}\n`;
  await host.exec(["nft", "-f", "-"], { input: ruleset });
}
