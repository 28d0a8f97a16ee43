import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { fetchFrom, openTlsByOpenssl } from "../apple/clients.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, icloudGateway, captivePortal } = APPLE_HOSTS;
const PROXY_PORT = 8080;

export const session: LabSession = {
  name: "apple-proxy",
  about:
    "Apple's hosts through an HTTP proxy: CONNECT to iCloud and to the push courier, a plain request for a full URL",
  packages: ["bind9", "nginx", "curl", "openssl", "tinyproxy-bin", "python3"],
  rows: ["8080/tcp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, icloudGateway, captivePortal]);
    const web = [{ host: icloudGateway }, { host: captivePortal, ports: [80] }];
    await startWebServer(lab, web, certificates);
    await startTlsService(lab, [{ address: courier.ipv4, port: 443 }], certificates);
    // The proxy is on the server: what it forwards never leaves that host, and its names come from a file.
    const names = [courier, icloudGateway, captivePortal].map((host) => `${host.ipv4} ${host.name}`);
    await lab.server.exec(["tee", "-a", "/etc/hosts"], { input: `${names.join("\n")}\n` });
    const options = [
      "User root",
      "Group root",
      `Port ${PROXY_PORT}`,
      `Listen ${lab.server.ipv4}`,
      "ConnectPort 443",
    ];
    const file = await lab.write(
      "tinyproxy.conf",
      `${[...options, "Timeout 20", "DisableViaHeader Yes"].join("\n")}\n`,
    );
    await lab.server.start(["tinyproxy", "-d", "-c", file]);
    await lab.server.waitForPort("tcp", PROXY_PORT);
    lab.serves(lab.server, { transport: "tcp", port: PROXY_PORT, program: "tinyproxy" });

    const address = `${lab.server.ipv4}:${PROXY_PORT}`;
    const proxy = ["--proxy", `http://${address}`];
    const { authority } = certificates;
    const agent = "cloudd/1171 CFNetwork/1498.700.2 Darwin/23.6.0";
    await fetchFrom(lab, icloudGateway, "https", { authority, agent, options: proxy });
    await openTlsByOpenssl(lab, courier, 443, certificates, { proxy: address });
    await fetchFrom(lab, captivePortal, "http", {
      agent: "CaptiveNetworkSupport-481.100.3 wispr",
      options: proxy,
    });
    for (const host of [icloudGateway, courier]) {
      lab.expects({
        ...{ transport: "tcp", address: lab.server.ipv4, port: PROXY_PORT, verdict: "works" },
        ...{ serverName: host.name, sentIn: "connect" },
      });
    }
    lab.expects({
      ...{ transport: "tcp", address: lab.server.ipv4, port: PROXY_PORT, verdict: "works" },
      ...{ serverName: captivePortal.name, sentIn: "host" },
    });
  },
};
