import type { AppleHost } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { httpAttempt, tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

/** Names that resemble Apple's but are not, at unassigned addresses. */
const HOSTS: readonly AppleHost[] = [
  "fakeapple.com",
  "apple.com-support.example",
  "mesu.apple.com.corp.example",
  "courier.push.apple.com.example.net",
  "xn--pple-43d.com",
].map((name, index) => ({
  name,
  aliases: [],
  ipv4: `198.51.100.${100 + index}`,
  ipv6: `2001:db8:66::${100 + index}`,
}));

export const session: LabSession = {
  name: "trap-look-alikes",
  about:
    "Names that only look like Apple's: fakeapple.com, apple.com-support.example, mesu.apple.com under a search domain",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl"],
  rows: ["53/udp", "80/tcp", "443/tcp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, HOSTS);
    await startWebServer(
      lab,
      HOSTS.map((host) => ({ host, ports: [80, 443] })),
      certificates,
    );
    for (const [index, host] of HOSTS.entries()) {
      const family = index % 2 === 0 ? "ipv4" : "ipv6";
      await lookUp(lab, host.name, family);
      await fetchFrom(lab, host, "https", { family, authority: certificates.authority });
      lab.expects(tlsAttempt(host, family, { alpn: ["h2", "http/1.1"] }));
      await fetchFrom(lab, host, "http", { family });
      lab.expects(httpAttempt(host, family));
    }
  },
};
