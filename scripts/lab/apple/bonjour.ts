/** Avahi as a Bonjour responder on the server, with a generated configuration and services. */
import type { Lab } from "../lab.ts";

/** A service to announce. */
export interface AnnouncedService {
  readonly name: string;
  /** Such as "_ipp._tcp". */
  readonly type: string;
  readonly port: number;
  readonly text: readonly string[];
}

const MDNS_PORT = 5353;
const MDNS_GROUPS = ["224.0.0.251", "ff02::fb"];

/** Starts Avahi and waits until it has claimed its name and announced the services. */
export async function startAvahi(lab: Lab, services: readonly AnnouncedService[]): Promise<void> {
  await lab.write(
    "avahi/avahi-daemon.conf",
    "[server]\nhost-name=labserver\nallow-interfaces=eth0\nenable-dbus=yes\nratelimit-interval-usec=0\n[publish]\npublish-hinfo=no\npublish-workstation=no\n",
  );
  for (const [index, service] of services.entries()) {
    await lab.write(`avahi/services/${index}.service`, formatServiceGroup(service));
  }
  // These folders are compiled into Avahi; a separate bus lets other programs register services too.
  const folders = `rm -rf /etc/avahi && cp -r ${lab.folder}/avahi /etc/avahi && mkdir -p /run/avahi-daemon /run/dbus`;
  await lab.server.exec(["sh", "-c", folders]);
  await lab.server.start(["dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog"]);
  await lab.server.exec(["sh", "-c", "until [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done"]);
  const avahi = await lab.server.start(["avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits"]);
  await avahi.waitFor("successfully established");
  // Answers to questions with the QU bit come by unicast.
  lab.serves(lab.server, { transport: "udp", port: MDNS_PORT, program: "avahi-daemon" });
  for (const address of MDNS_GROUPS) {
    lab.serves(lab.server, { transport: "udp", port: MDNS_PORT, program: "avahi-daemon", address });
  }
}

function formatServiceGroup(service: AnnouncedService): string {
  const records = service.text.map((text) => `    <txt-record>${text}</txt-record>`);
  return [
    '<?xml version="1.0" standalone="no"?>',
    "<service-group>",
    `  <name>${service.name}</name>`,
    "  <service>",
    `    <type>${service.type}</type>`,
    `    <port>${service.port}</port>`,
    ...records,
    "  </service>",
    "</service-group>",
    "",
  ].join("\n");
}
