/** Remote addresses: their syntax, and the remote ssh command. */
import { describe, expect, it } from "vitest";
import { parsePlace } from "../../../src/packets/live/remote-place.ts";
import { explainSshEnd, sshProgram } from "../../../src/packets/live/ssh-capture.ts";

const END = { status: 1, signal: null, startError: null, lines: [] };

describe("a remote capture address", () => {
  it.each([
    ["root@gateway", { host: "root@gateway", interfaceName: null }],
    ["root@gateway:br-lan", { host: "root@gateway", interfaceName: "br-lan" }],
    ["mini:en0", { host: "mini", interfaceName: "en0" }],
    ["root@[fd00::1]:eth0.5", { host: "root@fd00::1", interfaceName: "eth0.5" }],
  ])("%s is for ssh", (place, ssh) => expect(parsePlace(place)).toEqual({ tcp: null, ssh }));

  it.each([
    ["tcp://127.0.0.1:57012", { host: "127.0.0.1", port: 57012 }],
    ["tcp://[::1]:1", { host: "::1", port: 1 }],
    ["tcp://sensor:65535/", { host: "sensor", port: 65_535 }],
  ])("%s is a capture server", (place, tcp) => expect(parsePlace(place)).toEqual({ tcp, ssh: null }));

  it.each([
    "",
    "a b",
    "-oProxyCommand=x",
    "tcp://host",
    "tcp://host:0",
    "tcp://host:65536",
    "udp://host:1",
    "gate:",
  ])("%j is invalid", (place) => expect(() => parsePlace(place)).toThrow("is not a capture source"));
});

describe("the ssh command line", () => {
  const argsOf = (interfaceName: string, filter: string) =>
    sshProgram("x", { host: "gate", interfaceName }, 2222, { filter }).args;

  it("never prompts, and never treats the host as an option", () => {
    expect(argsOf("eth0", "")).toEqual(expect.arrayContaining(["BatchMode=yes", "--", "gate"]));
  });

  it("excludes ssh's own traffic, and quotes what the remote shell would expand", () => {
    const there = argsOf("e;reboot", "host $(id) or udp").at(-1);
    expect(there).toContain(` -i 'e;reboot' `);
    expect(there).toContain(` -- 'not tcp port 2222 and (host $(id) or udp)'`);
  });
});

describe("the exit of ssh", () => {
  it.each([
    [
      { ...END, status: 255, lines: ["ssh: connect to host x port 22: Connection refused"] },
      "capture_failed",
      "ssh: connect to",
    ],
    [
      { ...END, status: 255, lines: ["Host key verification failed."] },
      "capture_failed",
      'ssh: Host key verification failed; "ssh gate true" must work first',
    ],
    [
      { ...END, status: 255, lines: ["root@gate: Permission denied (publickey,password)."] },
      "capture_failed",
      'ssh: root@gate: Permission denied (publickey,password); "ssh gate true" must work first',
    ],
    [
      { ...END, status: null, startError: Object.assign(new Error("spawn ssh ENOENT"), { code: "ENOENT" }) },
      "no_backend",
      "ssh is not installed, or not in PATH",
    ],
    [
      { ...END, status: 127, lines: ["sh: 1: tcpdump: not found"] },
      "no_backend",
      "there is no tcpdump in PATH on gate",
    ],
    [
      { ...END, lines: ["tcpdump: eth0: You don't have permission to capture on that device"] },
      "no_permission",
      "tcpdump may not",
    ],
    [
      { ...END, lines: ["tcpdump: can't parse filter"] },
      "capture_failed",
      "tcpdump there: can't parse filter",
    ],
    [
      { ...END, lines: ["tcpdump: wan: No such device exists", "(No such device exists)"] },
      "capture_failed",
      'tcpdump there: wan: No such device exists; "ssh gate tcpdump -D" lists those there are',
    ],
    [{ ...END, status: 0 }, "capture_ended", "tcpdump there has ended"],
    [{ ...END, status: null, signal: "SIGKILL" as const }, "capture_ended", "ssh was terminated by SIGKILL"],
  ])("%j means %s", (end, code, words) => {
    const error = explainSshEnd(end, "gate:eth0", "gate");
    expect(error.code).toBe(code);
    expect(error.message).toContain(`gate:eth0: ${words}`);
  });
});
