/** Requirements of live capture on a Mac: access to /dev/bpf*, and Apple's own tcpdump for processes. */
import { accessSync, constants, readdirSync } from "node:fs";
import type { Finding } from "./finding.ts";
import { isRoot } from "./tcpdump-way.ts";

const DEVICE = /^bpf\d+$/;

/** A manual change is lost at the next start: devices are recreated for root only (xnu bpf.c, bpf_make_dev_t). */
const REMEDY = [
  "now:      sudo appleflow live    (as root it also reports the process of every packet)",
  "lasting:  install ChmodBPF, which comes with Wireshark, and log in again",
  "by hand, until the Mac restarts (devices are created when the last one is opened, for root only):",
  "sudo dseditgroup -o create access_bpf",
  'sudo dseditgroup -o edit -a "$USER" -t user access_bpf    (then log in again)',
  "sudo sh -c 'for i in $(seq 0 99); do true </dev/bpf$i; done' 2>/dev/null",
  "sudo chgrp access_bpf /dev/bpf* && sudo chmod g+rw /dev/bpf*",
];

/**
 * Checks whether the devices can be opened, whoever granted access: ChmodBPF to access_bpf, libpcap's chmod_bpf to
 * admin.
 */
export function findBpfAccess(): Finding {
  const subject = "permission";
  if (isRoot()) return { subject, isWell: true, text: "root: all of /dev/bpf*", remedy: [] };
  const devices = readdirSync("/dev").filter((name) => DEVICE.test(name));
  const open = devices.filter((name) => isReadable(`/dev/${name}`));
  const text = `${open.length} of ${devices.length} devices /dev/bpf* can be opened`;
  return { subject, isWell: open.length > 0, text, remedy: open.length > 0 ? [] : REMEDY };
}

/** Reports for which packets processes are known. `hasApples`: whether Apple's tcpdump is installed. */
export function findProcesses(hasApples: boolean): Finding {
  const subject = "processes";
  if (!hasApples) {
    const text = "unknown: Apple's tcpdump, which macOS has at /usr/sbin/tcpdump, is missing";
    return { subject, isWell: false, text, remedy: [] };
  }
  if (isRoot()) return { subject, isWell: true, text: "of every packet, by pktap", remedy: [] };
  const text = "of outgoing TCP only; of every packet with sudo appleflow live";
  return { subject, isWell: true, text, remedy: [] };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
