/** Renders names for Squid: what clients may request, and whose TLS is passed through without inspection. */

import type { AllowPlan } from "./allow-plan.ts";
import { rangeText } from "./merge-ranges.ts";
import { type NameEntry, type NamePlan, nameExpression } from "./name-plan.ts";
import { nameHead, nameNote } from "./name-words.ts";
import { POLICY } from "./plan-words.ts";

/** Web ports, for plans without any: a name-based proxy handles only HTTP and TLS. */
const WEB_PORTS = ["80", "443"];

/**
 * Renders lines for squid.conf, to go before its own http_access lines. `dstdomain` matches whole names and suffixes,
 * and with -n does not resolve the name of an address; patterns are regular expressions (squid.conf(5)). `splice`
 * passes TLS through unchanged.
 */
export function renderSquid(plan: NamePlan, ports: AllowPlan): string {
  const tcp = ports.rules
    .filter(({ transport, direction }) => transport === "tcp" && direction === "outbound")
    .map((rule) => rangeText(rule));
  const whole = plan.names.filter(({ kind }) => kind !== "pattern");
  const patterns = plan.names.filter(({ kind }) => kind === "pattern");
  const acls = [
    ...whole.map((entry) => acl("apple_names", "dstdomain -n", domain(entry), entry)),
    ...patterns.map((entry) => acl("apple_patterns", "dstdom_regex -n", nameExpression(entry), entry)),
    ...whole.map((entry) => acl("apple_tls", "ssl::server_name --client-requested", domain(entry), null)),
    ...patterns.map((entry) =>
      acl("apple_tls_patterns", "ssl::server_name_regex", nameExpression(entry), null),
    ),
  ].flat();
  const lists = [
    ...(whole.length > 0 ? [["apple_names", "apple_tls"]] : []),
    ...(patterns.length > 0 ? [["apple_patterns", "apple_tls_patterns"]] : []),
  ];
  const lines = [
    ...[
      ...nameHead(plan, "Names"),
      "Include it in squid.conf, before other http_access and ssl_bump lines. It allows these names and",
      "  denies nothing else. To deny everything else, remove the mark from the lines that begin with #policy.",
      "  Undo: remove the include, and squid -k reconfigure.",
    ].map((line) => `# ${line}`),
    ...acls,
    `acl apple_ports port ${(tcp.length === 0 ? WEB_PORTS : tcp).join(" ")}`,
    "acl apple_hello at_step SslBump1",
    "# Read the server name of a client, then pass its TLS on without inspecting it.",
    "ssl_bump peek apple_hello",
    ...lists.map(([, tls]) => `ssl_bump splice ${tls}`),
    `${POLICY}ssl_bump terminate all`,
    ...lists.map(([names]) => `http_access allow ${names} apple_ports`),
    `${POLICY}http_access deny all`,
  ];
  return `${lines.join("\n")}\n`;
}

function acl(name: string, type: string, value: string, noted: NameEntry | null): string[] {
  return [...(noted === null ? [] : [`# ${nameNote(noted)}`]), `acl ${name} ${type} ${value}`];
}

function domain({ kind, name }: NameEntry): string {
  return kind === "suffix" ? `.${name}` : name;
}
