/** Bonjour at home: a host announces AirPlay, a printer and more, another browses and resolves; both by Avahi. */
import { startAvahi } from "../apple/bonjour.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "bonjour",
  about:
    "avahi announces _airplay, _raop, _ipp and _companion-link; avahi-browse on the other host finds and resolves them",
  packages: ["avahi-daemon", "avahi-utils", "dbus"],
  rows: ["5353/udp"],
  format: "pcapng",
  async run(lab) {
    const { client } = lab;
    const name = "Living Room";
    await startAvahi(lab, [
      { name, type: "_airplay._tcp", port: 7000, text: ["deviceid=02:00:00:77:00:02", "model=AppleTV5,3"] },
      { name: `020000770002@${name}`, type: "_raop._tcp", port: 7000, text: ["am=AppleTV5,3", "tp=UDP"] },
      { name, type: "_ipp._tcp", port: 631, text: ["rp=ipp/print", "pdl=image/urf,application/pdf"] },
      { name, type: "_companion-link._tcp", port: 49_153, text: [] },
    ]);
    // avahi-browse uses the daemon on its own host.
    const configuration =
      "[server]\nhost-name=labclient\nallow-interfaces=eth0\n[publish]\npublish-workstation=no\n";
    await client.exec(["tee", "/etc/avahi/avahi-daemon.conf"], { input: configuration });
    await client.exec(["mkdir", "-p", "/run/avahi-daemon", "/run/dbus"]);
    await client.start(["dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog"]);
    await client.exec(["sh", "-c", "until [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done"]);
    const avahi = await client.start(["avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits"]);
    await avahi.waitFor("Server startup complete");
    const found = await client.exec(["avahi-browse", "--all", "--resolve", "--terminate", "--parsable"]);
    for (const type of ["AirPlay", "Internet Printer", "_companion-link._tcp"]) {
      if (!found.includes(type)) throw new Error(`avahi-browse did not find ${type}:\n${found}`);
    }
    await client.exec(["avahi-resolve", "--name", "labserver.local"]);
  },
};
