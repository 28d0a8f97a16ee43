/** Reordering and duplication on the lab's router without netem in the kernel: a relay in user space forwards instead. */
import type { Lab, LabHost } from "../lab.ts";
import { pythonCommand } from "./python-programs.ts";

/** Turns off the router's forwarding and starts the relay between its two interfaces. */
export async function startPacketRelay(lab: Lab): Promise<void> {
  const { router } = lab;
  if (router === null) {
    throw new Error("a relay needs a session with a router");
  }
  await router.exec(["sysctl", "-q", "net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=0"]);
  const sides = [
    ["--side", "eth0", await readMac(router, "eth0"), lab.client.mac],
    ["--side", "eth1", await readMac(router, "eth1"), lab.server.mac],
  ].flat();
  const relay = await router.start(pythonCommand("packet-relay", ...sides));
  await relay.waitFor("relaying");
}

async function readMac(router: LabHost, device: string): Promise<string> {
  const [, , mac] = (await router.exec(["ip", "-brief", "link", "show", "dev", device])).split(/\s+/);
  return mac ?? "";
}
