/** Places elsewhere: what is one, and what ssh is asked there. */
import { describe, expect, it } from "vitest";
import { parseLocation } from "../../../src/packets/live/remote-location.ts";
import { explainSshEnd, sshProgram } from "../../../src/packets/live/ssh-capture.ts";

const END = { status: 1, signal: null, startError: null, lines: [] };

describe("a place", () => {
  it.each([
    ["root@gateway", { host: "root@gateway", interfaceName: null }],
    ["root@gateway:br-lan", { host: "root@gateway", interfaceName: "br-lan" }],
    ["mini:en0", { host: "mini", interfaceName: "en0" }],
    ["root@[fd00::1]:eth0.5", { host: "root@fd00::1", interfaceName: "eth0.5" }],
  ])("%s is ssh's", (place, ssh) => expect(parseLocation(place)).toEqual({ tcp: null, ssh }));

  it.each([
    ["tcp://127.0.0.1:57012", { host: "127.0.0.1", port: 57012 }],
    ["tcp://[::1]:1", { host: "::1", port: 1 }],
    ["tcp://sensor:65535/", { host: "sensor", port: 65_535 }],
  ])("%s is a server of captures", (place, tcp) => expect(parseLocation(place)).toEqual({ tcp, ssh: null }));

  it.each([
    "",
    "a b",
    "-oProxyCommand=x",
    "tcp://host",
    "tcp://host:0",
    "tcp://host:65536",
    "udp://host:1",
    "gate:",
  ])("%j is none", (place) => expect(() => parseLocation(place)).toThrow("is not a capture source"));
});

describe("what ssh runs there", () => {
  const argsOf = (interfaceName: string, filter: string) =>
    sshProgram("x", { host: "gate", interfaceName }, 2222, { filter }).args;

  it("never asks, and takes no place for an option", () => {
    expect(argsOf("eth0", "")).toEqual(expect.arrayContaining(["BatchMode=yes", "--", "gate"]));
  });

  it("leaves out what carries it, and quotes what the shell there would expand", () => {
    const there = argsOf("e;reboot", "host $(id) or udp").at(-1);
    expect(there).toContain(` -i 'e;reboot' `);
    expect(there).toContain(` -- 'not tcp port 2222 and (host $(id) or udp)'`);
  });
});

describe("the end of ssh", () => {
  it.each([
    [
      { ...END, status: 255, lines: ["ssh: connect to host x port 22: Connection refused"] },
      "capture_failed",
      "ssh: connect to",
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
    [{ ...END, status: 0 }, "capture_ended", "tcpdump there has ended"],
    [{ ...END, status: null, signal: "SIGKILL" as const }, "capture_ended", "ssh was ended by SIGKILL"],
  ])("%j is %s", (end, code, words) => {
    const error = explainSshEnd(end, "gate:eth0", "gate");
    expect(error.code).toBe(code);
    expect(error.message).toContain(`gate:eth0: ${words}`);
  });
});
