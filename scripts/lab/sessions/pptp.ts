/**
 * PPTP's control connection and the beginning of its GRE tunnel. PPP itself needs kernel support, so pptp runs without pppd:
 * a single PPP frame (an LCP Configure-Request) crosses in GRE.
 */
import type { LabSession } from "../lab.ts";

/** LCP Configure-Request without options, in pppd's HDLC framing (RFC 1662). */
const LCP_REQUEST = String.raw`\176\377\175\043\300\041\175\041\175\041\175\040\175\044\321\265\176`;

export const session: LabSession = {
  name: "pptp",
  about: "pptpd and pptp: the control connection on 1723 and a PPP frame in GRE",
  packages: ["pptpd", "pptp-linux"],
  rows: ["1723/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, folder, server } = lab;
    await lab.write("options", "");
    // Started by pptpd for a call in place of pppd: it keeps the call open and sends nothing.
    const silent = await lab.write("silent-ppp", "#!/bin/sh\nexec sleep 60\n");
    await server.exec(["chmod", "755", silent]);
    const configuration = await lab.write(
      "pptpd.conf",
      `ppp ${silent}\noption ${folder}/options\nlocalip 10.77.9.1\nremoteip 10.77.9.10-20\nnoipparam\n`,
    );
    lab.serves(server, { transport: "tcp", port: 1723, program: "pptpd" });
    await server.start(["pptpd", "-f", "-c", configuration, "-p", `${folder}/pptpd.pid`]);
    await server.waitForPort("tcp", 1723);
    const call = `(sleep 2; printf '${LCP_REQUEST}'; sleep 2) | timeout 8 pptp ${server.ipv4} --nolaunchpppd --phone 1`;
    await client.exec(["sh", "-c", call]);
    await lab.pause(500);
  },
};
