import { pythonCommand } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const RFB_PORT = 5900;

export const session: LabSession = {
  name: "apple-screen-sharing",
  about:
    "Screen Sharing in outline: RFB 003.889 with Apple's security types (a program of the lab's own, no Apple server)",
  packages: ["python3"],
  rows: ["5900/tcp"],
  format: "pcap",
  async run(lab) {
    const server = await lab.server.start(pythonCommand("screen-sharing", "serve", "::", RFB_PORT));
    await server.waitFor("listening");
    lab.serves(lab.server, { transport: "tcp", port: RFB_PORT, program: "python3" });
    for (const address of [lab.server.ipv4, lab.server.ipv6]) {
      await lab.client.exec(pythonCommand("screen-sharing", "view", address, RFB_PORT));
      lab.expects({ transport: "tcp", address, port: RFB_PORT, verdict: "works" });
    }
  },
};
