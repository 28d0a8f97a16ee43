/** BIND as the lab's name server: one zone with every name, and a policy that blocks names. */
import type { Lab } from "../lab.ts";
import { type AppleHost, formatRecords } from "./apple-hosts.ts";
import type { LabCertificates } from "./certificates.ts";

const NAME_SERVER = "ns.lab.";
const APEX = ["$TTL 60", `@ IN SOA ${NAME_SERVER} admin.lab. 1 600 600 600 60`, `@ IN NS ${NAME_SERVER}`];

/** How a name is blocked, as in resolvers with a blocklist (response policy zone). */
export type NameBlock = "nxdomain" | "nodata" | "sink-hole" | "refused";

/**
 * Starts BIND on the server's own addresses with the hosts' names, and waits until it answers. Unknown names get NXDOMAIN
 * from the lab's own root, so that no query is forwarded.
 */
export async function startNameServer(
  lab: Lab,
  hosts: readonly AppleHost[],
  blocked: Readonly<Record<string, NameBlock>> = {},
): Promise<void> {
  const names = Object.entries(blocked);
  const policy = names.flatMap(([name, block]) => formatPolicy(name, block));
  const zone = await lab.write(
    "root.zone",
    [...formatApex("."), `${NAME_SERVER} IN A ${lab.server.ipv4}`, ...formatRecords(hosts), ""].join("\n"),
  );
  const policyZone = await lab.write("policy.zone", [...formatApex("policy.lab."), ...policy, ""].join("\n"));
  const refused = names.filter(([, block]) => block === "refused").map(([name]) => name);
  const configuration = [
    `options { directory "${lab.folder}"; pid-file none; session-keyfile none; recursion yes; dnssec-validation no;`,
    "  version none; hostname none; server-id none; listen-on { any; }; listen-on-v6 { any; };",
    "  allow-query { any; }; allow-recursion { any; }; qname-minimization off; minimal-responses yes;",
    '  response-policy { zone "policy.lab"; } qname-wait-recurse no break-dnssec yes; };',
    "controls { };",
    `zone "." { type primary; file "${zone}"; };`,
    `zone "policy.lab" { type primary; file "${policyZone}"; allow-query { none; }; };`,
    ...refused.map(
      (name) => `zone "${name}" { type primary; file "${zone}.empty"; allow-query { none; }; };`,
    ),
    "",
  ];
  await lab.write("root.zone.empty", [...APEX, ""].join("\n"));
  const configurationFile = await lab.write("named.conf", configuration.join("\n"));
  const server = await lab.server.start(["named", "-g", "-n", "1", "-c", configurationFile]);
  await server.waitFor("running");
  if (server.output().includes("not loaded")) {
    throw new Error(`BIND does not take a zone: ${server.output()}`);
  }
  for (const transport of ["udp", "tcp"] as const) {
    lab.serves(lab.server, { transport, port: 53, program: "named" });
  }
}

/** Starts another BIND on a host's addresses that answers over TLS (853) and HTTPS (443) with the same kind of zone. */
export async function startEncryptedNameServer(
  lab: Lab,
  host: AppleHost,
  hosts: readonly AppleHost[],
  certificates: LabCertificates,
): Promise<void> {
  const address = `${NAME_SERVER} IN A ${host.ipv4}`;
  const zone = await lab.write(
    "encrypted.zone",
    [...formatApex("."), address, ...formatRecords(hosts), ""].join("\n"),
  );
  const configuration = [
    `tls lab { cert-file "${certificates.certificate}"; key-file "${certificates.key}"; };`,
    `options { directory "${lab.folder}"; pid-file none; session-keyfile none; recursion no; minimal-responses yes;`,
    "  version none; hostname none; server-id none;",
    `  listen-on port 853 tls lab { ${host.ipv4}; }; listen-on-v6 port 853 tls lab { ${host.ipv6}; };`,
    `  listen-on port 443 tls lab http default { ${host.ipv4}; };`,
    `  listen-on-v6 port 443 tls lab http default { ${host.ipv6}; }; };`,
    "controls { };",
    `zone "." { type primary; file "${zone}"; };`,
    "",
  ];
  const file = await lab.write("encrypted-named.conf", configuration.join("\n"));
  await lab.server.start(["named", "-g", "-n", "1", "-c", file]);
  for (const port of [853, 443]) {
    await lab.server.waitForPort("tcp", port);
    for (const served of [host.ipv4, host.ipv6]) {
      lab.serves(lab.server, { transport: "tcp", port, program: "named", address: served });
    }
  }
}

function formatApex(origin: string): string[] {
  return [`$ORIGIN ${origin}`, ...APEX];
}

function formatPolicy(name: string, block: NameBlock): string[] {
  switch (block) {
    case "nxdomain":
      return [`${name} IN CNAME .`];
    case "nodata":
      return [`${name} IN CNAME *.`];
    case "sink-hole":
      return [`${name} IN A 0.0.0.0`, `${name} IN AAAA ::`];
    case "refused":
      return [];
  }
}
