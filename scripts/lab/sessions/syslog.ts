/** Syslog over UDP: unanswered messages. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "syslog",
  about: "rsyslogd and logger: messages over IPv4 and IPv6",
  packages: ["rsyslog", "bsdutils"],
  rows: ["514/udp"],
  format: "pcapng",
  async run(lab) {
    const { client, server, folder } = lab;
    const log = `${folder}/received.log`;
    const configuration = await lab.write(
      "rsyslog.conf",
      `global(workDirectory="${folder}" net.enableDNS="off")\nmodule(load="imudp")\ninput(type="imudp" port="514")\n*.* action(type="omfile" file="${log}")\n`,
    );
    await server.start(["rsyslogd", "-n", "-i", `${folder}/rsyslogd.pid`, "-f", configuration]);
    await server.waitForPort("udp", 514);
    lab.serves(server, { transport: "udp", port: 514, program: "rsyslogd" });
    for (const address of [server.ipv4, server.ipv6]) {
      for (const message of ["The printer is out of paper", "The printer has paper again"]) {
        const remote = ["--udp", "--server", address, "--port", "514"];
        await client.exec(["logger", ...remote, "--tag", "printer", "-p", "lpr.notice", message]);
      }
    }
    await lab.pause(300);
    const received = await server.exec(["cat", log]);
    if (received.match(/The printer/g)?.length !== 4) throw new Error(`four messages were sent: ${received}`);
  },
};
