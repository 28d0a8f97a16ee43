/** The simulated Mac behaves as its facts state: a test for each fact, with its own programs only. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { FACTS } from "./mac-facts.ts";
import { talk } from "./mac-traffic.ts";
import { type MacOptions, SimulatedMac } from "./simulated-mac.ts";

let mac: SimulatedMac;
const started: ChildProcess[] = [];

function make(options: MacOptions = {}): SimulatedMac {
  mac = new SimulatedMac(options);
  return mac;
}

/** A Mac program that ends by itself. */
function ask(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { env: mac.env, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** A capture that has reported that it listens. */
async function capture(...args: readonly string[]) {
  const child = spawn("tcpdump", [...args, "-w", "-"], { env: mac.env });
  started.push(child);
  const seen = { child, bytes: Buffer.alloc(0), stderr: "" };
  child.stdout.on("data", (bytes) => {
    seen.bytes = Buffer.concat([seen.bytes, bytes]);
  });
  child.stderr.on("data", (text) => {
    seen.stderr += text;
  });
  await until(() => seen.stderr.includes("listening on"));
  return seen;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const endsAt = performance.now() + 10_000; !isSo(); await pause(10)) {
    if (performance.now() > endsAt) throw new Error("not within 10 s");
  }
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGINT");
    await once(child, "exit");
  }
  mac.remove();
});

const PCAPNG = "0a0d0d0a";
const APPS = { pid: 801, name: "com.apple.WebKi", effectivePid: 712, effectiveName: "Podcasts" };

const TESTS: Readonly<Record<string, () => void | Promise<void>>> = {
  version: () => {
    make();
    expect(ask("tcpdump", "--version").stdout).toMatch(
      /^tcpdump version \S+ -- Apple version \d+\nlibpcap version/,
    );
    mac.remove();
    make({ tcpdumps: ["homebrew"], isRoot: true });
    expect(ask("tcpdump", "--version").stdout).not.toContain("Apple");
    expect(ask("tcpdump", "-i", "en0", "-P", "-w", "-")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("invalid option -- P"),
    });
    expect(ask("tcpdump", "-i", "pktap,en0", "-w", "-").stderr).toContain("No such device exists");
  },
  pcapng: async () => {
    make({ isRoot: true });
    for (const device of ["pktap", "pktap,en0", "any", "all"]) {
      const seen = await capture("-i", device);
      mac.send(...talk());
      await until(() => seen.bytes.length > 100);
      expect(seen.bytes.subarray(0, 4).toString("hex"), device).toBe(PCAPNG);
    }
  },
  "first-packet": async () => {
    make({ isRoot: true });
    const seen = await capture("-i", "pktap,en0");
    expect(seen.stderr).toMatch(
      /^tcpdump: data link type PKTAP\ntcpdump: listening on pktap,en0, link-type PKTAP /,
    );
    await pause(100);
    expect(seen.bytes).toHaveLength(0);
  },
  "pktap-root": () => {
    make();
    expect(ask("tcpdump", "-i", "pktap,en0", "-w", "-")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("ioctl(SIOCIFCREATE): Operation not permitted"),
    });
  },
  "pktap-list": async () => {
    make({ isRoot: true });
    const [all, ports, one] = [
      await capture("-i", "pktap"),
      await capture("-i", "pktap,en"),
      await capture("-i", "pktap,en7,lo0"),
    ];
    const names = ["en0", "en7", "utun3", "lo0"];
    for (const [i, iface] of names.entries()) mac.send(...talk({ iface, ownPort: 50_000 + i }));
    const seenBy = (seen: { bytes: Buffer }) =>
      names.filter((name) => seen.bytes.includes(Buffer.from(name)));
    await until(() => seenBy(one).length === 2 && seenBy(all).length === 3 && seenBy(ports).length === 2);
    expect([seenBy(all), seenBy(ports), seenBy(one)]).toEqual([
      ["en0", "en7", "utun3"],
      ["en0", "en7"],
      ["en7", "lo0"],
    ]);
    const nine = ["pktap", ...Array.from({ length: 9 }, (_, i) => `en${i}`)].join(",");
    expect(ask("tcpdump", "-i", nine, "-w", "-").status).toBe(1);
  },
  comments: async () => {
    make();
    const seen = await capture("-i", "en0", "-P");
    await until(() => seen.bytes.length > 0);
    expect(seen.bytes.subarray(0, 4).toString("hex")).toBe(PCAPNG);
    mac.send(...talk({ process: APPS }), ...talk({ transport: "udp", ownPort: 50_001, process: APPS }));
    const comments = () => seen.bytes.toString("latin1").match(/(?:proc [^,]+, )?svc BE, (?:in|out)/g) ?? [];
    await until(() => comments().length === 4);
    expect(comments()).toEqual([
      "proc com.apple.WebKi:801, svc BE, out",
      "svc BE, in",
      "svc BE, out",
      "svc BE, in",
    ]);
  },
  "list-to-stderr": () => {
    make();
    const { stdout, stderr } = ask("tcpdump", "-L", "-i", "en0");
    expect({ stdout, stderr }).toEqual({
      stdout: "",
      stderr: expect.stringMatching(/\n {2}EN10MB \(Ethernet\)\n/),
    });
  },
  states: () => {
    make();
    const { stdout } = ask("tcpdump", "-D");
    for (const words of ["Wireless, Associated", "Wireless, Not associated", "Connected", "Disconnected"]) {
      expect(stdout).toContain(`[Up, Running, ${words}]`);
    }
  },
  counters: async () => {
    make();
    const seen = await capture("-i", "en0");
    mac.send(...talk());
    await until(() => seen.bytes.length > 100);
    // SIGINFO by its number on a Mac; Linux has another name for it.
    seen.child.kill(29 as unknown as NodeJS.Signals);
    await until(() => seen.stderr.includes("dropped by kernel"));
    expect(seen.stderr).toContain(
      "tcpdump: 2 packets captured, 2 packets received by filter, 0 packets dropped by kernel\n",
    );
    expect(seen.stderr).not.toContain("dropped by interface");
  },
  exclusive: async () => {
    make({ devices: 2 });
    await capture("-i", "en0");
    await capture("-i", "en7");
    expect(mac.captures()).toHaveLength(2);
    expect(ask("tcpdump", "-L", "-i", "en0").stderr).toContain("/dev/bpf2: Permission denied");
    mac.remove();
    make({ isShared: false });
    expect(ask("tcpdump", "-L", "-i", "en0").stderr).toContain("/dev/bpf0: Permission denied");
  },
  "on-demand": async () => {
    make({ devices: 1 });
    await capture("-i", "en0");
    expect(mac.deviceNames()).toEqual(["bpf0", "bpf1"]);
    expect([mac.mayOpen("bpf0"), mac.mayOpen("bpf1")]).toEqual([true, false]);
  },
  leak: async () => {
    make({ isRoot: true });
    const { child } = await capture("-i", "pktap,en0");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(join(mac.folder, "pktap0"))).toBe(true);
    await capture("-i", "pktap,en0");
  },
  route: () => {
    make();
    const route = () =>
      /interface: (\S+)/.exec(ask("route", "-n", "get", "-inet", "default").stdout)?.[1] ?? null;
    expect(route()).toBe("en0");
    mac.setRoute("en7");
    expect(route()).toBe("en7");
    expect(ask("tcpdump", "-L", "-i", "en0").status).toBe(0);
    mac.setRoute(null);
    expect(route()).toBeNull();
  },
  drops: async () => {
    make({ isRoot: true });
    const [dropped, others] = [await capture("-i", "droptap"), await capture("-i", "pktap")];
    mac.send(...talk({ process: { ...APPS, dropReason: 0x0102_0001 } }), ...talk({ ownPort: 50_001 }));
    const reason = Buffer.from("07800400", "hex");
    await until(() => dropped.bytes.includes(reason) && others.bytes.length > 100);
    expect(others.bytes.includes(reason)).toBe(false);
  },
  cuts: async () => {
    make({ isRoot: true });
    const seen = await capture("-i", "pktap,en0");
    for (const name of ["com.apple.WebKit", "com.apple.WebKi"])
      mac.send(...talk({ process: { pid: 801, name } }));
    await until(() => (seen.bytes.toString("latin1").match(/com\.apple\.WebKi/g) ?? []).length === 2);
    expect(seen.bytes.toString("latin1")).toContain("com.apple.WebKit");
  },
};

it.each(Object.keys(FACTS))("the simulated Mac: %s", async (name) => {
  await (TESTS[name] ?? expect.fail("no test of this fact"))();
});
