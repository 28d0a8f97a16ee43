import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { askStun, callWithRtp, startStunService } from "../apple/calls.ts";
import { fetchFrom, lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, identity, mediaRelay } = APPLE_HOSTS;
const ALPN = "apns-security-v3";
const MEDIA_PORTS = [16384, 16386, 16393] as const;

export const session: LabSession = {
  name: "apple-facetime",
  about:
    "A FaceTime-shaped call: push on 5223, identity over HTTPS, STUN and TURN by coturn on 3478, RTP both ways",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "openssl", "coturn", "python3"],
  rows: ["53/udp", "443/tcp", "5223/tcp", "3478-3497/udp", "16384-16387/udp", "16393-16402/udp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, identity, mediaRelay]);
    await startWebServer(lab, [{ host: identity }], certificates);
    await startTlsService(lab, [{ address: courier.ipv6, port: 5223 }], certificates, ["--alpn", ALPN]);
    await startStunService(lab, mediaRelay);

    await lookUp(lab, courier.name, "ipv6");
    await openTlsByOpenssl(lab, courier, 5223, certificates, { family: "ipv6", alpn: ALPN });
    lab.expects(tlsAttempt(courier, "ipv6", { port: 5223, alpn: [ALPN] }));
    await lookUp(lab, identity.name);
    await fetchFrom(lab, identity, "https", { authority: certificates.authority });
    lab.expects(tlsAttempt(identity, "ipv4", { alpn: ["h2", "http/1.1"] }));
    for (const family of ["ipv4", "ipv6"] as const) {
      await askStun(lab, mediaRelay, family);
      lab.expects({ transport: "udp", address: mediaRelay[family], port: 3478, verdict: "works" });
    }
    for (const port of MEDIA_PORTS) {
      await callWithRtp(lab, mediaRelay.ipv4, port);
      lab.expects({ transport: "udp", address: mediaRelay.ipv4, port, verdict: "works" });
    }
  },
};
