/** Generates rulesets of ufw and firewalld on a router, with the real programs and temporary settings. */
import { execFileSync } from "node:child_process";
import type { RoutedNetwork } from "../../support/routed-network.ts";

/** Runs a script on the router with its own /run and copies of folders, which are removed afterwards. */
function runApart(network: RoutedNetwork, folders: readonly string[], script: string): string {
  const copies = folders
    .map(
      (folder) =>
        `cp -a ${folder}/. "$t/" 2>/dev/null; mount --bind "$t" ${folder}; t=$(mktemp -d -p "$top")`,
    )
    .join("; ");
  const prepared = `set -e; mount -t tmpfs none /run; mount -t tmpfs none /mnt; top=/mnt; mkdir -p /run/lock; t=$(mktemp -d -p "$top"); ${copies}; ${script}`;
  const [program, ...args] = network.routerCommand([
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "sh",
    "-c",
    prepared,
  ]);
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Loads ufw's rules, with additional rules of an administrator. */
export function loadUfw(network: RoutedNetwork, rules: readonly string[]): void {
  network.loadRules("");
  const commands = ["ufw --force enable", ...rules].map((rule) => `${rule} >/dev/null`).join("; ");
  runApart(network, ["/etc/ufw", "/etc/default"], commands);
}

/** Loads firewalld's rules: one zone inside, one outside, and settings as firewall-cmd arguments. */
export function loadFirewalld(network: RoutedNetwork, settings: readonly string[]): void {
  network.loadRules("");
  const offline = [
    "--zone=internal --add-interface=inside0",
    "--zone=external --add-interface=outside0",
    ...settings,
  ].map((setting) => `firewall-offline-cmd ${setting} >/dev/null`);
  const script = [
    "sed -i s/^CleanupOnExit=.*/CleanupOnExit=no/ /etc/firewalld/firewalld.conf",
    ...offline,
    "mount -t proc proc /proc",
    "mkdir -p /run/dbus",
    "dbus-daemon --system --fork",
    "firewalld --nofork --nopid >/dev/null 2>&1 & firewalld=$!",
    "for i in $(seq 100); do firewall-cmd --state >/dev/null 2>&1 && break; sleep 0.1; done",
    "firewall-cmd --state",
    "kill $firewalld",
    "wait $firewalld || true",
  ].join("\n");
  runApart(network, ["/etc/firewalld"], script);
}
