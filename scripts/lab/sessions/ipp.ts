/** The Internet Printing Protocol: a printer's attributes, and a job. */
import { startCups } from "../cups.ts";
import { hideKernelRelease } from "../kernel-release.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "ipp",
  about: "CUPS: jobs sent with lp and a printer's attributes asked with ipptool, over IPv4 and IPv6",
  packages: ["cups", "cups-client", "cups-ipp-utils", "gcc"],
  rows: ["631/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    await startCups(lab, server, ["Port 631"]);
    await server.waitForPort("tcp", 631);
    lab.serves(server, { transport: "tcp", port: 631, program: "cupsd" });
    const text = await lab.write("note.txt", "To be printed by the lab.\n");
    const question = await lab.write(
      "question.test",
      `{ OPERATION Get-Printer-Attributes GROUP operation-attributes-tag
ATTR charset attributes-charset utf-8 ATTR language attributes-natural-language en
ATTR uri printer-uri $uri ATTR keyword requested-attributes printer-name,printer-state STATUS successful-ok }\n`,
    );
    const env = await hideKernelRelease(lab, client);
    for (const host of [server.ipv4, `[${server.ipv6}]`]) {
      const printing = ["lp", "-U", "anna", "-h", `${host}:631`, "-d", "lab", "-o", "raw", text];
      const job = await client.exec(printing, { env });
      if (!job.startsWith("request id is lab-")) throw new Error(`lp said ${JSON.stringify(job)}`);
      await client.exec(["ipptool", "-q", `ipp://${host}/printers/lab`, question], { env });
    }
  },
};
