/**
 * Apple's hosts as served by the lab: names with their alias chains, and addresses in Apple's prefixes or, for what Apple
 * leaves to other networks, in the documentation prefixes (RFC 5737, RFC 3849). The lab's own server answers everything: no
 * packet leaves the lab.
 */
import type { Lab } from "../lab.ts";

/** A host that the lab serves. */
export interface AppleHost {
  readonly name: string;
  /** CNAME targets from the name to the one with the addresses. */
  readonly aliases: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  /** The value of an HTTPS record (RFC 9460) of the last alias, without the hints, which are the addresses. */
  readonly httpsRecord?: string;
}

/** The hosts, by their role in the sessions. */
export const APPLE_HOSTS = {
  courier: {
    name: "courier.push.apple.com",
    aliases: ["courier-push-apple.com.akadns.net", "us-courier.push-apple.com.akadns.net"],
    ipv4: "17.249.14.17",
    ipv6: "2620:149:a44:4::11",
  },
  pushBag: {
    name: "init-p01st.push.apple.com",
    aliases: ["init-p01st.push.apple.com.edgesuite.net"],
    ipv4: "198.51.100.21",
    ipv6: "2001:db8:20::21",
  },
  softwareUpdate: {
    name: "mesu.apple.com",
    aliases: ["mesu-cdn.apple.com.akadns.net", "mesu.g.aaplimg.com"],
    ipv4: "17.253.15.201",
    ipv6: "2620:149:a08::201",
  },
  captivePortal: {
    name: "captive.apple.com",
    aliases: ["captive-cidr.origin-apple.com.akadns.net", "captive.g.aaplimg.com"],
    // The same addresses as softwareUpdate: one edge serves both names, as Apple's does.
    ipv4: "17.253.15.201",
    ipv6: "2620:149:a08::201",
  },
  updatePayloads: {
    name: "swcdn.apple.com",
    aliases: ["swcdn.apple.com.akadns.net", "swcdn.g.aaplimg.com"],
    ipv4: "17.253.15.208",
    ipv6: "2620:149:a08::208",
  },
  icloudGateway: {
    name: "gateway.icloud.com",
    aliases: ["gateway.fe2.apple-dns.net"],
    ipv4: "17.248.190.5",
    ipv6: "2620:149:af0::10",
    httpsRecord: "1 . alpn=h3,h2",
  },
  store: {
    name: "init.itunes.apple.com",
    aliases: ["init-cdn.itunes-apple.com.akadns.net", "init.itunes.apple.com.edgekey.net"],
    ipv4: "198.51.100.20",
    ipv6: "2001:db8:20::20",
  },
  identity: {
    name: "init.ess.apple.com",
    aliases: ["init.ess.g.aaplimg.com"],
    ipv4: "17.32.214.44",
    ipv6: "2620:149:a06::44",
  },
  privateRelay: {
    name: "mask.icloud.com",
    aliases: ["mask.apple-dns.net"],
    ipv4: "17.248.200.70",
    ipv6: "2620:149:a0c::70",
    httpsRecord: "1 . alpn=h3",
  },
  privateRelayTcp: {
    name: "mask-h2.icloud.com",
    aliases: ["mask-h2.apple-dns.net"],
    ipv4: "17.248.200.71",
    ipv6: "2620:149:a0c::71",
  },
  incomingMail: {
    name: "imap.mail.me.com",
    aliases: ["imap.mail.me.com.akadns.net"],
    ipv4: "17.42.251.41",
    ipv6: "2620:149:a10::41",
  },
  outgoingMail: {
    name: "smtp.mail.me.com",
    aliases: ["smtp.mail.me.com.akadns.net"],
    ipv4: "17.42.251.62",
    ipv6: "2620:149:a10::62",
  },
  encryptedDns: {
    name: "doh.dns.apple.com",
    aliases: ["doh.dns.apple.com.v.aaplimg.com"],
    ipv4: "17.253.34.253",
    ipv6: "2620:149:ae6::53",
  },
  /** FaceTime's relays are found by signalling, not by name: only the addresses are used. */
  mediaRelay: {
    name: "relay.facetime.lab.example",
    aliases: [],
    ipv4: "17.173.254.222",
    ipv6: "2620:149:a14::222",
  },
  other: { name: "www.example.com", aliases: [], ipv4: "198.51.100.80", ipv6: "2001:db8:80::80" },
} as const satisfies Record<string, AppleHost>;

const DNS_NAME_SUFFIX = ".";

/**
 * Assigns the hosts' addresses to the server's interface and routes the lab's traffic to them through the router or, without
 * one, to the server as next hop, so that they are behind a gateway as on a real network.
 */
export async function addAppleAddresses(lab: Lab, hosts: readonly AppleHost[]): Promise<void> {
  const served = new Set(hosts.flatMap((host) => [`${host.ipv4}/32`, `${host.ipv6}/128`]));
  for (const address of served) {
    const options = address.includes(":") ? ["nodad"] : [];
    await lab.server.exec(["ip", "address", "add", address, "dev", "eth0", ...options]);
  }
  for (const prefix of ["17.0.0.0/8", "198.51.100.0/24", "2620:149::/32", "2001:db8::/32"]) {
    const family = prefix.includes(":") ? "-6" : "-4";
    if (lab.router === null) {
      await lab.client.exec(["ip", family, "route", "replace", prefix, "via", addressOf(lab.server, prefix)]);
    } else {
      await lab.router.exec(["ip", family, "route", "replace", prefix, "via", addressOf(lab.server, prefix)]);
    }
  }
}

function addressOf(host: { readonly ipv4: string; readonly ipv6: string }, prefix: string): string {
  return prefix.includes(":") ? host.ipv6 : host.ipv4;
}

/** Returns the hosts' records as zone file lines with absolute names: aliases, addresses, HTTPS records with hints. */
export function formatRecords(hosts: readonly AppleHost[]): string[] {
  return hosts.flatMap((host) => {
    const names = [host.name, ...host.aliases].map((name) => name + DNS_NAME_SUFFIX);
    const owner = names[names.length - 1];
    const aliases = names.slice(1).map((target, index) => `${names[index]} 60 IN CNAME ${target}`);
    const records = [...aliases, `${owner} 30 IN A ${host.ipv4}`, `${owner} 30 IN AAAA ${host.ipv6}`];
    if (host.httpsRecord !== undefined) {
      records.push(`${owner} 30 IN HTTPS ${host.httpsRecord} ipv4hint=${host.ipv4} ipv6hint=${host.ipv6}`);
    }
    return records;
  });
}
