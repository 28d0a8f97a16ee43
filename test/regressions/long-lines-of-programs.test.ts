/** Output of other programs is read in time proportional to its length, whatever it contains. */
import { describe, expect, it } from "vitest";
import { readProcNetDev, readTcpdumpList } from "../../src/packets/live/network-interfaces.ts";
import { readTcpdumpMessage } from "../../src/packets/live/tcpdump-program.ts";

const LENGTH = 30_000;
const MOST_MS = 150;

function cpuMsOf(read: () => unknown): number {
  const before = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe("30,000 characters of program output", () => {
  it.each([
    ["digits in a message from tcpdump", readTcpdumpMessage, "0", "x"],
    ["spaces in tcpdump's list of interfaces", readTcpdumpList, " ", "x"],
    ["brackets in tcpdump's list of interfaces", readTcpdumpList, "[", "x"],
    ["lines in the kernel's list", readProcNetDev, "\n", "x"],
  ] as const)("are parsed quickly: %s", (_, read, repeated, end) => {
    expect(cpuMsOf(() => read(`1.eth0 ${repeated.repeat(LENGTH)}${end}`))).toBeLessThan(MOST_MS);
  });
});
