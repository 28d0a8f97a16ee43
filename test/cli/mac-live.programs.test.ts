/** `appleflow live` on a simulated Mac (`test/support/mac/facts.json` lists its behaviour). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { appleList } from "../support/analyze.ts";
import { actAsMac, beThisSystem } from "../support/mac/act-as-mac.ts";
import { MacRun } from "../support/mac/mac-run.ts";
import { talk } from "../support/mac/mac-traffic.ts";
import { type MacOptions, SimulatedMac } from "../support/mac/simulated-mac.ts";

const SAFARI = { pid: 801, name: "com.apple.WebKi", effectivePid: 712, effectiveName: "Podcasts" };
const FACETIME = { pid: 640, name: "avconferenced", serviceClass: "VO" };

const TAP_NOTE = "only packets of this Mac are seen, each with its process";
const COMMENTS_NOTE =
  "processes are known for outgoing TCP only; with sudo also for UDP and incoming packets, and the app behind a helper";

let mac: SimulatedMac;
let last: MacRun | null = null;

/** Starts a run with N programs and waits for its first interval. */
async function begin(options: MacOptions, args: readonly string[], captures = 1): Promise<MacRun> {
  mac = new SimulatedMac(options);
  actAsMac(mac);
  last = new MacRun(mac, "live", "--interval", "0.1", ...args);
  await last.until(() => mac.captures().length === captures && last?.stdout !== "", "a capture");
  return last;
}

/** A run that ends by itself. */
async function refused(options: MacOptions, ...args: readonly string[]) {
  mac = new SimulatedMac(options);
  actAsMac(mac);
  last = new MacRun(mac, "live", ...args);
  return { status: await last.status, stdout: last.stdout, stderr: last.stderr };
}

afterEach(async () => {
  await last?.interrupt();
  const left = mac.captures();
  beThisSystem();
  mac.remove();
  expect(left, "programs that outlived the run").toEqual([]);
});

/** Products that evidence names, with the packets of their flows. */
function named(run: MacRun): Record<string, number> {
  const { products } = run.records.at(-1) as {
    products: { product: string; identified: { packets: number } }[];
  };
  return Object.fromEntries(
    products.filter((one) => one.identified.packets > 0).map((one) => [one.product, one.identified.packets]),
  );
}

describe("live on a Mac, as root,", () => {
  it("taps all interfaces if none is named, and reports processes of TCP and UDP in both directions", async () => {
    const run = await begin({ isRoot: true }, []);
    expect(run.stderr).toBe(`appleflow: ${TAP_NOTE}\n`);
    mac.send(...talk({ process: SAFARI }));
    mac.send(...talk({ transport: "udp", port: 16_393, ownPort: 50_001, process: FACETIME }));
    mac.send(...talk({ iface: "en7", ownPort: 50_002, process: SAFARI }));
    mac.send(...talk({ iface: "utun3", ownPort: 50_003, process: SAFARI }));
    await run.received(6);
    expect(await run.interrupt()).toBe(0);
    expect(named(run)).toEqual({ Podcasts: 4, FaceTime: 2 });
    expect(run.records.at(-1)).toMatchObject({
      interfaces: [{ name: "pktap,en", backend: "tcpdump" }],
      received: 6,
      droppedByKernel: 0,
      droppedByInterface: null,
    });
  });

  it.each([
    ["pktap,en0", `${TAP_NOTE}\n`, 2],
    ["pktap", `${TAP_NOTE}; those of tunnels count as well\n`, 4],
    ["any", `${TAP_NOTE}; those of lo0 and of tunnels count as well\n`, 4],
    ["all", `${TAP_NOTE}; those of lo0 and of tunnels count as well\n`, 4],
  ])("reads %s, which writes nothing before its first packet", async (name, note, packets) => {
    const run = await begin({ isRoot: true }, [name]);
    expect(run.stderr).toBe(`appleflow: ${note}`);
    mac.send(...talk({ process: SAFARI }), ...talk({ iface: "utun3", ownPort: 50_001 }));
    await run.received(packets);
    expect(await run.interrupt()).toBe(0);
    expect(named(run)).toEqual({ Podcasts: 2 });
  });

  it("ends at once when a filter matched nothing and nothing was ever written", async () => {
    const run = await begin({ isRoot: true }, ["pktap,en0"]);
    const begun = performance.now();
    expect(await run.interrupt()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(1_500);
  });

  it("taps one interface, or several at once, by name", async () => {
    const run = await begin({ isRoot: true }, ["en0", "en7"]);
    expect(run.stderr).toBe(`appleflow: ${TAP_NOTE}\n`);
    mac.send(...talk(), ...talk({ iface: "en7", ownPort: 50_001 }), ...talk({ iface: "en1" }));
    await run.received(4);
    expect(await run.interrupt()).toBe(0);
    expect(run.records.at(-1)?.received).toBe(4);
  });

  it("reports a missing interface, which a tap would ignore silently", async () => {
    expect(await refused({ isRoot: true }, "en99")).toEqual({
      status: 3,
      stdout: "",
      stderr: 'appleflow: en99: there is no such interface; "appleflow interfaces" lists them\n',
    });
  });

  it("captures frames for other stations on request, and then reports no processes", async () => {
    const run = await begin({ isRoot: true }, ["en0", "--promiscuous"]);
    expect(run.stderr).toBe(`appleflow: ${COMMENTS_NOTE}\n`);
  });

  it("does not count packets dropped by the kernel as traffic", async () => {
    const run = await begin({ isRoot: true }, ["droptap"]);
    mac.send(...talk({ process: { ...SAFARI, dropReason: 0x0102_0001 } }), ...talk({ ownPort: 50_001 }));
    await run.received(2);
    expect(await run.interrupt()).toBe(0);
    expect(run.records.at(-1)).toMatchObject({ received: 2, liveFlows: 0 });
    expect(named(run)).toEqual({});
  });

  it("matches a process by either truncation of its name, both of which occur in one capture", async () => {
    const run = await begin({ isRoot: true }, []);
    const [cut, longer] = ["identityservice", "identityservices"].map((name) => ({ pid: 77, name }));
    mac.send(...talk({ process: longer }), ...talk({ process: cut, ownPort: 50_001 }));
    await run.received(4);
    expect(await run.interrupt()).toBe(0);
    const { products } = run.records.at(-1) as {
      products: { product: string; oneOf: { packets: number } }[];
    };
    const oneOf = products.filter((one) => one.oneOf.packets === 4).map(({ product }) => product);
    expect(oneOf.sort()).toEqual(["FaceTime", "iMessage"]);
  });

  it("saves the processes that it shows", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "appleflow-saved-")), "saved.pcapng");
    try {
      const run = await begin({ isRoot: true }, ["--save", file]);
      mac.send(...talk({ process: SAFARI }));
      mac.send(...talk({ transport: "udp", port: 16_393, ownPort: 50_001, process: FACETIME }));
      await run.received(4);
      expect(await run.interrupt()).toBe(0);
      const { products } = await summarize([file], { services: appleList, maxFlows: 100 });
      const saved = products.map(({ product, identified }) => [product, identified.packets]);
      expect(Object.fromEntries(saved)).toMatchObject(named(run));
    } finally {
      rmSync(dirname(file), { recursive: true });
    }
  });

  it("restarts with the same interfaces when its program is killed, and leaves no program behind", async () => {
    const run = await begin({ isRoot: true }, ["pktap,en"]);
    mac.send(...talk({ process: SAFARI }));
    await run.received(2);
    const [pid] = mac.captures();
    process.kill(pid, "SIGKILL");
    await run.until(() => /capturing again/.test(run.stderr), "another capture");
    mac.send(...talk({ process: SAFARI }));
    await run.received(4);
    const folder = mac.folder;
    expect(await run.interrupt()).toBe(0);
    expect(named(run)).toEqual({ Podcasts: 4 });
    expect(readFileSync(`${folder}/pktap0`, "utf8")).toBe("");
  });
});

describe("live on a Mac, not as root,", () => {
  it("reads processes of outgoing TCP from comments, and says once what it cannot report", async () => {
    const run = await begin({}, ["en0", "en7"], 2);
    expect(run.stderr).toBe(`appleflow: ${COMMENTS_NOTE}\n`);
    mac.send(...talk({ process: { pid: 90, name: "apsd" }, port: 5223 }));
    mac.send(...talk({ transport: "udp", port: 16_393, ownPort: 50_001, process: FACETIME }));
    await run.received(4);
    expect(await run.interrupt()).toBe(0);
    expect(named(run)).toEqual({ "Push notifications": 2 });
  });

  it.each(["pktap,en0", "any", "pktap"])("reports what %s needs, and ends", async (name) => {
    expect(await refused({}, name)).toEqual({
      status: 3,
      stdout: "",
      stderr: `appleflow: ${name}: pktap needs root: sudo appleflow live ${name}\n`,
    });
  });

  it("reports what an interface needs if no device may be opened", async () => {
    const { status, stderr } = await refused({ isShared: false }, "en0");
    expect(status).toBe(3);
    expect(stderr).toMatch(/no permission to capture here; sudo appleflow live en0/);
  });

  it("captures without processes with --no-evidence, and reports nothing about them", async () => {
    const run = await begin({}, ["en0", "--no-evidence"]);
    expect(run.stderr).toBe("");
    mac.send(...talk());
    await run.received(2);
  });

  it.each([[4], [256]])("continues if %d devices exist and others use some of them", async (devices) => {
    const run = await begin({ devices }, ["en0", "en7", "en1"], 3);
    mac.send(...talk());
    await run.received(2);
    expect(await run.interrupt()).toBe(0);
  });
});

describe("live on a Mac with Homebrew's tcpdump before Apple's in PATH", () => {
  it("finds Apple's tcpdump by its version", async () => {
    const run = await begin({ tcpdumps: ["homebrew", "apple"], isRoot: true }, ["pktap,en0"]);
    mac.send(...talk({ process: SAFARI }));
    await run.received(2);
    expect(await run.interrupt()).toBe(0);
    expect(named(run)).toEqual({ Podcasts: 2 });
  });

  it("captures without processes if Apple's tcpdump is missing, and says why", async () => {
    const run = await begin({ tcpdumps: ["homebrew"] }, ["en0"]);
    expect(run.stderr).toBe(
      "appleflow: processes are unknown: Apple's tcpdump, /usr/sbin/tcpdump, is missing\n",
    );
    mac.send(...talk());
    await run.received(2);
  });

  it("refuses a tap, which Homebrew's tcpdump does not support", async () => {
    const { status, stderr } = await refused({ tcpdumps: ["homebrew"], isRoot: true }, "pktap,en0");
    expect(status).toBe(3);
    expect(stderr).toMatch(/^appleflow: pktap,en0: a device of Apple's tcpdump/);
  });
});

describe("live on a Mac whose default route changes", () => {
  it("follows it, docked and undocked twice, and says so", async () => {
    const run = await begin({ route: "en0" }, []);
    for (const [i, name] of ["en7", "en0", "en7", "en0"].entries()) {
      mac.setRoute(name);
      await run.until(() => run.stderr.split("capturing there").length === i + 2, `a capture on ${name}`);
      mac.send(...talk({ iface: name, ownPort: 50_000 + i }));
      await run.received(2 * (i + 1));
    }
    expect(mac.captures()).toHaveLength(1);
    expect(await run.interrupt()).toBe(0);
    expect(run.stderr.split("\n").slice(1, -1)).toEqual([
      "appleflow: the default route now uses en7: capturing there",
      "appleflow: the default route now uses en0: capturing there",
      "appleflow: the default route now uses en7: capturing there",
      "appleflow: the default route now uses en0: capturing there",
    ]);
    expect(run.records.at(-1)?.interfaces).toEqual([{ name: "en0", backend: "tcpdump" }]);
  });

  it("moves into a tunnel and out of it, and stays while there is no route at all", async () => {
    const run = await begin({ route: "en0" }, []);
    mac.setRoute("utun3");
    await run.until(() => /now uses utun3: capturing there/.test(run.stderr), "a capture in the tunnel");
    mac.send(...talk({ iface: "utun3" }));
    await run.received(2);
    mac.setRoute(null);
    mac.send(...talk({ iface: "utun3" }));
    await run.received(4);
    mac.setRoute("en0");
    await run.until(() => /now uses en0: capturing there/.test(run.stderr), "a capture outside it");
    mac.send(...talk({ ownPort: 50_001 }));
    await run.received(6);
    expect(await run.interrupt()).toBe(0);
  });

  it("stays, and says why, if the new interface cannot be captured", async () => {
    const run = await begin({ route: "en0" }, []);
    mac.setRoute("en99");
    const refusal =
      /the default route now uses en99, which cannot be captured: en99: there is no such interface/g;
    await run.until(() => refusal.test(run.stderr), "a refusal");
    mac.send(...talk());
    await run.received(2);
    expect(run.stderr.match(refusal)).toHaveLength(1);
  });

  it("ignores the route if an interface was named", async () => {
    const run = await begin({ route: "en0" }, ["en0"]);
    mac.setRoute("en7");
    mac.send(...talk());
    await run.received(2);
    expect(run.stderr).not.toMatch(/default route/);
  });
});
