/** CUPS on a lab host, with one printer that discards its jobs. */
import type { Lab, LabHost } from "./lab.ts";

/** Starts cupsd with the raw queue `lab`; `listens` has cupsd.conf's listen directives. */
export async function startCups(lab: Lab, host: LabHost, listens: readonly string[]): Promise<void> {
  const socket = "/run/cups/cups.sock";
  await host.exec(["mkdir", "-p", "/run/cups", "/var/spool/cups/tmp", "/var/cache/cups"]);
  await host.exec(["tee", "/etc/cups/cups-files.conf"], {
    input: "FileDevice Yes\nAccessLog /dev/null\nPageLog /dev/null\nErrorLog stderr\nSystemGroup root\n",
  });
  await host.exec(["tee", "/etc/cups/cupsd.conf"], {
    input: `LogLevel warn
Listen ${socket}
${listens.join("\n")}
Browsing Off
WebInterface No
ServerAlias *
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
`,
  });
  await host.start(["cupsd", "-f"]);
  const deadline = performance.now() + 10_000;
  while ((await host.exec(["lpstat", "-h", socket, "-r"], { allowedStatuses: [1] })) !== IS_RUNNING) {
    if (performance.now() > deadline) throw new Error("CUPS does not answer");
    await lab.pause(100);
  }
  const queue = ["-p", "lab", "-E", "-v", "file:///dev/null", "-D", "The lab's printer", "-m", "raw"];
  await host.exec(["lpadmin", "-h", socket, ...queue]);
}

const IS_RUNNING = "scheduler is running\n";
