/** miniupnpd on the server as on a home router: SSDP, SOAP on 49200, NAT-PMP and PCP on 5351. */
import { hideKernelRelease } from "./kernel-release.ts";
import type { Lab, LabProcess } from "./lab.ts";

const EXTERNAL_IPV4 = "17.77.0.9";

const RULES = `table inet miniupnpd {
  chain forward { type filter hook forward priority 0; }
  chain prerouting { type nat hook prerouting priority dstnat; }
  chain postrouting { type nat hook postrouting priority srcnat; }
}
`;

/** Starts it with a fake internet interface that leads nowhere. Returns when it listens. */
export async function startPortMapper(lab: Lab): Promise<LabProcess> {
  const { server, write } = lab;
  for (const command of [
    "ip link add ext0 type veth peer name ext1",
    `ip address add ${EXTERNAL_IPV4}/24 dev ext0`,
    "ip link set ext0 up",
    "ip link set ext1 up",
    "sysctl -q net.ipv4.ip_forward=1",
  ]) {
    await server.exec(command.split(" "));
  }
  await server.exec(["nft", "-f", await write("rules.nft", RULES)]);
  // It refuses to map ports if its address is private or reserved for documentation.
  const configuration = await write(
    "miniupnpd.conf",
    `ext_ifname=ext0
ext_ip=${EXTERNAL_IPV4}
listening_ip=eth0
port=49200
enable_natpmp=yes
enable_upnp=yes
secure_mode=no
notify_interval=900
uuid=00000000-0000-4000-8000-000000000001
serial=1
model_number=1
friendly_name=Lab router
allow 1024-65535 10.77.0.0/24 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
upnp_table_name=miniupnpd
upnp_nat_table_name=miniupnpd
upnp_forward_chain=forward
upnp_nat_chain=prerouting
upnp_nat_postrouting_chain=postrouting
`,
  );
  const daemon = await server.start(["miniupnpd", "-d", "-f", configuration], {
    env: await hideKernelRelease(lab, server),
  });
  await server.waitForPort("udp", 5351);
  return daemon;
}
