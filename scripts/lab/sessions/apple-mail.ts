import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import { startTlsService } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const { incomingMail, outgoingMail } = APPLE_HOSTS;

export const session: LabSession = {
  name: "apple-mail",
  about:
    "iCloud Mail's names: TLS on 993, and on 587 TLS after SMTP's STARTTLS (servers of the lab's own, openssl as client)",
  packages: ["bind9", "bind9-dnsutils", "openssl", "python3"],
  rows: ["53/udp", "587/tcp", "993/tcp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [incomingMail, outgoingMail]);
    const listens = (host: { readonly ipv4: string; readonly ipv6: string }, port: number) =>
      [host.ipv4, host.ipv6].map((address) => ({ address, port }));
    await startTlsService(lab, listens(incomingMail, 993), certificates);
    await startTlsService(lab, listens(outgoingMail, 587), certificates, ["--after-smtp-starttls"]);
    for (const family of ["ipv4", "ipv6"] as const) {
      await lookUp(lab, incomingMail.name, family);
      await openTlsByOpenssl(lab, incomingMail, 993, certificates, { family });
      lab.expects(tlsAttempt(incomingMail, family, { port: 993 }));
      await lookUp(lab, outgoingMail.name, family);
      await openTlsByOpenssl(lab, outgoingMail, 587, certificates, { family, startTls: "smtp" });
      lab.expects(tlsAttempt(outgoingMail, family, { port: 587 }));
    }
  },
};
