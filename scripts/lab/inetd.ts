/** The internet super-server (openbsd-inetd), for daemons that use standard input and output. */
import type { Lab, LabHost } from "./lab.ts";

/** Starts inetd on a host with lines of inetd.conf: `finger stream tcp6 nowait nobody /usr/sbin/in.fingerd in.fingerd`. */
export async function startInetd(lab: Lab, host: LabHost, lines: readonly string[]): Promise<void> {
  const configuration = await lab.write(`inetd-${host.name}.conf`, `${lines.join("\n")}\n`);
  await host.start(["/usr/sbin/inetd", "-i", configuration]);
}
