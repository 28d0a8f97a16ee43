import { exchangeEcho, startEchoService } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

/** Client port to service port, both of them listed. */
const TCP_PAIRS = [
  [548, 445],
  [445, 548],
  [5223, 443],
  [443, 5223],
  [22, 5900],
  [3689, 8080],
  [5900, 88],
  [21, 5222],
] as const;
const UDP_PAIRS = [
  [5353, 123],
  [3283, 161],
  [16_384, 3478],
  [4500, 500],
  [5900, 53],
] as const;

export const session: LabSession = {
  name: "trap-both-listed",
  about:
    "Both ends on the list: client port 548 to 445 and the other way round, 443 to 5223, UDP 5353 to 123, 4500 to 500",
  packages: ["python3"],
  rows: [],
  format: "pcapng",
  async run(lab) {
    const services = [
      ...TCP_PAIRS.map(([, port]) => ({ transport: "tcp" as const, port })),
      ...UDP_PAIRS.map(([, port]) => ({ transport: "udp" as const, port })),
    ];
    await startEchoService(
      lab,
      services.flatMap((service) => [
        { ...service, address: lab.server.ipv4 },
        { ...service, address: lab.server.ipv6 },
      ]),
    );
    for (const [transport, pairs] of [
      ["tcp", TCP_PAIRS],
      ["udp", UDP_PAIRS],
    ] as const) {
      for (const [index, [clientPort, port]] of pairs.entries()) {
        const address = index % 2 === 0 ? lab.server.ipv4 : lab.server.ipv6;
        await exchangeEcho(lab, { transport, address, port, sourcePort: clientPort });
        lab.expects({ transport, address, port, verdict: "works" });
      }
    }
  },
};
