import { exchangeEcho, startEchoService } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

/**
 * Client port to service port. Only the packet order shows which is which; in the last UDP pair the service has the higher
 * port.
 */
const TCP_PAIRS = [
  [33_333, 49_200],
  [60_000, 49_152],
  [50_000, 62_078],
  [51_000, 58_783],
  [1023, 50_123],
  [49_999, 8999],
] as const;
const UDP_PAIRS = [
  [60_001, 49_300],
  [59_000, 7011],
  [61_000, 9000],
  [50_001, 60_002],
] as const;

export const session: LabSession = {
  name: "trap-high-ports",
  about:
    "Services on ephemeral ports and in the list's wide ranges, TCP and UDP, with client ports below and above them",
  packages: ["python3"],
  rows: [],
  format: "pcap",
  async run(lab) {
    const services = [
      ...TCP_PAIRS.map(([, port]) => ({ transport: "tcp" as const, port })),
      ...UDP_PAIRS.map(([, port]) => ({ transport: "udp" as const, port })),
    ];
    const listens = services.flatMap((service, index) => [
      { ...service, address: index % 2 === 0 ? lab.server.ipv4 : lab.server.ipv6 },
    ]);
    await startEchoService(lab, listens);
    const pairs = [...TCP_PAIRS, ...UDP_PAIRS];
    for (const [index, { transport, address, port }] of listens.entries()) {
      await exchangeEcho(lab, { transport, address, port, sourcePort: pairs[index][0] });
      lab.expects({ transport, address, port, verdict: "works" });
    }
  },
};
