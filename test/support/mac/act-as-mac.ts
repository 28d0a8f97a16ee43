/**
 * Makes this process behave as if it ran on a simulated Mac: Node's platform, user, interfaces and devices are the Mac's.
 * Programs are found through the Mac's environment.
 */
import { ChildProcess } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import type { SimulatedMac } from "./simulated-mac.ts";

/** SIGINFO of Darwin; Linux has this number under another name. */
const SIGINFO = 29;

const { platform, execPath } = process;
const { getuid } = process;
const { networkInterfaces } = os;
const { accessSync, readdirSync } = fs;
const { kill } = ChildProcess.prototype;

/** Until `beThisSystem` is called. */
export function actAsMac(mac: SimulatedMac): void {
  Object.defineProperty(process, "platform", { value: "darwin" });
  process.getuid = () => (mac.isRoot ? 0 : 501);
  process.execPath = mac.nodeWithoutCap;
  os.networkInterfaces = () => ({
    lo0: [address("127.0.0.1", true)],
    en0: [address("192.168.1.23", false)],
    utun3: [address("10.8.0.2", false)],
  });
  fs.accessSync = (path, mode) => {
    const device = /^\/dev\/(bpf\d+)$/.exec(String(path))?.[1];
    if (device === undefined) accessSync(path, mode);
    else if (!mac.mayOpen(device)) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
  };
  fs.readdirSync = ((path: fs.PathLike, ...rest: []) =>
    path === "/dev" ? mac.deviceNames() : readdirSync(path, ...rest)) as typeof fs.readdirSync;
  ChildProcess.prototype.kill = function (signal) {
    return kill.call(this, signal === "SIGINFO" ? SIGINFO : signal);
  };
  syncBuiltinESMExports();
}

/** Ends `actAsMac`. */
export function beThisSystem(): void {
  Object.defineProperty(process, "platform", { value: platform });
  if (getuid !== undefined) process.getuid = getuid;
  process.execPath = execPath;
  Object.assign(os, { networkInterfaces });
  Object.assign(fs, { accessSync, readdirSync });
  ChildProcess.prototype.kill = kill;
  syncBuiltinESMExports();
}

function address(text: string, internal: boolean): os.NetworkInterfaceInfo {
  const netmask = "255.255.255.0";
  return { address: text, netmask, family: "IPv4", mac: "00:00:00:00:00:00", internal, cidr: `${text}/24` };
}
