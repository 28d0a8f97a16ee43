/** nftables on the lab's router and client: the faults that the fault sessions are about. */
import type { Lab, LabHost } from "../lab.ts";

/**
 * Loads rules into the chain that what the router forwards goes through; everything else passes. Rules are nftables'
 * own words ("tcp dport 5223 drop"); packets are looked at one by one, in both directions.
 */
export async function loadFirewall(lab: Lab, rules: readonly string[]): Promise<void> {
  if (lab.router === null) {
    throw new Error("a firewall needs a session with a router");
  }
  // Every rejected packet gets its ICMP error: the kernel's limit of one a second to a host would swallow most.
  const unlimited = ["net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"];
  await lab.router.exec(["sysctl", "-q", ...unlimited]);
  await loadChain(lab.router, "forward", rules);
}

/** Loads rules for what the client itself sends: a firewall on the device, before any recorder. */
export async function loadFirewallOnClient(lab: Lab, rules: readonly string[]): Promise<void> {
  await loadChain(lab.client, "output", rules);
}

async function loadChain(host: LabHost, hook: "forward" | "output", rules: readonly string[]): Promise<void> {
  const chain = `type filter hook ${hook} priority 0; policy accept;`;
  const ruleset = `flush ruleset\ntable inet lab { chain ${hook} { ${chain}\n${rules.join("\n")}\n}\n}\n`;
  await host.exec(["nft", "-f", "-"], { input: ruleset });
}
