/** Failures of `appleflow live` on a simulated Mac: it ends or continues with the right message, and leaves nothing behind. */
import { afterEach, describe, expect, it } from "vitest";
import { actAsMac, beThisSystem } from "../support/mac/act-as-mac.ts";
import { MacRun } from "../support/mac/mac-run.ts";
import { talk } from "../support/mac/mac-traffic.ts";
import { type MacOptions, SimulatedMac } from "../support/mac/simulated-mac.ts";

let mac: SimulatedMac;
let run: MacRun;

function start(options: MacOptions, ...args: readonly string[]): MacRun {
  mac = new SimulatedMac(options);
  actAsMac(mac);
  run = new MacRun(mac, "live", "--interval", "0.1", ...args);
  return run;
}

afterEach(async () => {
  await run.interrupt().finally(beThisSystem);
  const left = mac.captures();
  mac.remove();
  expect(left, "programs that outlived the run").toEqual([]);
});

const ROOT: MacOptions = { isRoot: true };
const HOMEBREW: MacOptions = { tcpdumps: ["homebrew"] };

describe("a killed tcpdump on a Mac", () => {
  it.each([
    ["pktap, as root", ROOT, ["pktap,en0"]],
    ["-P, not as root", {}, ["en0"]],
    ["Homebrew's tcpdump without pktap", HOMEBREW, ["en0"]],
    ["without pktap, with --no-processes", {}, ["en0", "--no-evidence"]],
    ["all ports, as root", ROOT, []],
    ["the default route", {}, []],
  ] as const)("is restarted: %s", async (_, options, args) => {
    start(options, ...args);
    await run.until(() => mac.captures().length === 1 && run.stdout !== "", "a capture");
    mac.send(...talk());
    await run.received(2);
    process.kill(mac.captures()[0], "SIGKILL");
    await run.until(() => /capturing again/.test(run.stderr), "another capture");
    expect(run.stderr).toMatch(/tcpdump was terminated by SIGKILL \(trying again for 60 s\)/);
    mac.send(...talk());
    await run.received(4);
    expect(await run.interrupt()).toBe(0);
    expect(run.records.at(-1)).toMatchObject({ droppedByKernel: 0, droppedByInterface: null });
  });
});

describe("BPF devices that are all in use, or owned by root,", () => {
  it("leave the opened interfaces working, and the others are reported", async () => {
    start({ devices: 2 }, "en0", "en7", "en1");
    await run.until(() => mac.captures().length === 2 && run.stdout !== "", "two captures");
    expect(run.stderr).toMatch(/^appleflow: en\d: nothing here can capture: no permission to capture here/);
    mac.send(...talk({ iface: "en0" }), ...talk({ iface: "en7" }), ...talk({ iface: "en1" }));
    await run.received(4);
    expect(await run.interrupt()).toBe(2);
  });

  it("end the command if no device can be opened, whichever tcpdump is used", async () => {
    for (const options of [{ isShared: false }, { isShared: false, ...HOMEBREW }]) {
      start(options, "en0");
      expect(await run.status).toBe(3);
      expect(run.stderr).toMatch(/no permission to capture here; sudo appleflow live en0/);
      expect(run.stdout).toBe("");
      beThisSystem();
      mac.remove();
    }
    start({ isShared: false, ...ROOT }, "en0");
    await run.until(() => mac.captures().length === 1 && run.stdout !== "", "a capture");
  });

  it("do not limit root: one tap captures eight interfaces", async () => {
    start({ ...ROOT, devices: 1 }, "en0", "en1", "en2", "en3", "en4", "en7", "awdl0", "llw0", "lo0");
    await run.until(() => mac.captures().length === 2 && run.stdout !== "", "two taps");
    mac.send(...talk({ iface: "llw0" }), ...talk({ iface: "lo0" }));
    await run.received(2);
    expect(await run.interrupt()).toBe(0);
  });
});
