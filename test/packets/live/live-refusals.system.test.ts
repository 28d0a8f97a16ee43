/** Messages for users without permission or capture programs: a reason, what to do, and no process left behind. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeCap } from "../../../src/packets/live/cap-program.ts";
import { DEVICE, Namespace, whyNoNamespace } from "../../support/namespace.ts";
import { CaptureHost } from "./capture-host.ts";

const reason = whyNoNamespace();
if (reason !== null) console.info(`skipped: refusals of live capture: ${reason}`);
const hasCap = reason === null && (await probeCap([], process.env)).isBuilt;
if (reason === null && !hasCap) console.info("skipped: refusals of cap: the package is not built");

const NOBODY = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"];
/** Hides the package cap from Node, as if it could not be built. */
const WITHOUT_CAP = {
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(
    `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(
      'export function resolve(name, context, next) { if (name === "cap") throw new Error("Cannot find package cap"); return next(name, context); }',
    )}");`,
  )}`,
};
const WITHOUT_TCPDUMP = { PATH: "/nonexistent" };

let namespace: Namespace;

describe.skipIf(reason !== null)("a user who may capture", () => {
  let host: CaptureHost;
  beforeAll(async () => {
    namespace = await Namespace.make();
    host = await CaptureHost.start(namespace);
  });
  afterAll(async () => {
    await host.kill();
    await namespace.remove();
  });

  it("gets an error if tcpdump is missing", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "tcpdump", env: WITHOUT_TCPDUMP });
    const message = `${DEVICE}: tcpdump is not installed, or not in PATH; "appleflow doctor" says how to get it`;
    expect((await host.outcome()).refusal).toEqual({ code: "no_backend", message });
  });

  it("gets an error if cap is missing", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "cap", env: WITHOUT_CAP });
    const message = `${DEVICE}: the package cap is not installed, or not built; "appleflow doctor" says how to get it`;
    expect((await host.outcome()).refusal).toEqual({ code: "no_backend", message });
  });

  it("gets an error if both are missing", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "auto", env: { ...WITHOUT_CAP, ...WITHOUT_TCPDUMP } });
    const { refusal, childrenLeft } = await host.outcome();
    expect(refusal?.code).toBe("no_backend");
    expect(refusal?.message).toMatch(
      /^cable0: nothing here can capture: tcpdump is not installed.* cap is not installed/,
    );
    expect(childrenLeft).toBe(0);
  });

  it("gets tcpdump with auto, even if cap is missing", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "auto", env: WITHOUT_CAP });
    host.stop();
    expect((await host.outcome()).backend).toBe("tcpdump");
  });

  it.skipIf(!hasCap)("gets cap with auto if tcpdump is missing", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "auto", env: WITHOUT_TCPDUMP });
    host.stop();
    expect((await host.outcome()).backend).toBe("cap");
  });

  it("does not get cap with auto for options that cap lacks", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "auto", promiscuous: false, env: WITHOUT_TCPDUMP });
    expect((await host.outcome()).refusal?.message).toMatch(/cap cannot capture without promiscuous mode/);
  });

  it("leaves no process running when the process is killed", async () => {
    const doomed = await CaptureHost.start(namespace);
    await doomed.begin({ interfaceName: DEVICE, backend: hasCap ? "cap" : "tcpdump" });
    const [child] = await doomed.children();
    expect(existsSync(`/proc/${child}`)).toBe(true);
    await doomed.kill();
    // tcpdump notices its broken pipe at the next packet.
    await namespace.replay("fixtures/office-morning.pcapng", "--topspeed");
    for (let tries = 0; isRunning(child) && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(isRunning(child)).toBe(false);
  });
});

describe.skipIf(reason !== null)("the user nobody", () => {
  const canRead =
    spawnSync("setpriv", [...NOBODY, process.execPath, "--import", "tsx", "-e", "0"]).status === 0;
  if (reason === null && !canRead) console.info("skipped: refusals of nobody: who may not read this folder");
  let host: CaptureHost;

  beforeAll(async () => {
    if (!canRead) return;
    namespace = await Namespace.make();
    host = await CaptureHost.start(namespace, { asNobody: true });
  });
  afterAll(async () => {
    await host?.kill();
    await namespace?.remove();
  });

  it.skipIf(!canRead)("has no permission, and gets an error that refers to the commands", async () => {
    await host.begin({ interfaceName: DEVICE, backend: "tcpdump" });
    const { refusal, childrenLeft } = await host.outcome();
    expect(refusal).toEqual({
      code: "no_permission",
      message: `${DEVICE}: no permission to capture here; it needs CAP_NET_RAW: "appleflow doctor" has the commands`,
    });
    expect(childrenLeft).toBe(0);
  });

  it.skipIf(!canRead || !hasCap)(
    "has no permission with auto either, and sees the reason for each backend",
    async () => {
      await host.begin({ interfaceName: DEVICE, backend: "auto" });
      const { refusal } = await host.outcome();
      expect(refusal?.code).toBe("no_permission");
      expect(refusal?.message.match(/no permission to capture here/g)).toHaveLength(2);
    },
  );

  it.skipIf(!canRead)("sees in doctor what to do, with status 3", () => {
    const doctor = ["setpriv", ...NOBODY, process.execPath, "--import", "tsx", "src/cli/start.ts", "doctor"];
    const [program, ...args] = namespace.within(doctor);
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
    expect(stdout).toMatch(/^-- {2}permission +this process lacks CAP_NET_RAW; tcpdump's file has/m);
    expect(stdout).toMatch(/^ +sudo setcap cap_net_raw=ep \/usr\/local\/bin\/tcpdump$/m);
    expect(stdout).toMatch(/\nLive capture does not work here yet\.\n$/);
  });
});

/** A zombie process does not count as running. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
