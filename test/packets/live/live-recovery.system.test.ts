/** What a live source refuses, and what it survives, with both backends; skipped like `live-source.system.test.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BACKEND_NAMES, type BackendName } from "../../../src/packets/live/live-source.ts";
import { DEVICE, Namespace } from "../../support/namespace.ts";
import { CaptureHost } from "./capture-host.ts";
import { findMissing, PACE, textOf } from "./live-setting.ts";
import { FRAME_TEXTS, FRAMES, writeFrames } from "./wire-frames.ts";

const isMissing = await findMissing("recovery of live capture");

let folder: string;
let frames: string;
let namespace: Namespace;
let host: CaptureHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-live-"));
  frames = writeFrames(folder, "frames.pcap");
  if (isMissing("tcpdump")) return;
  namespace = await Namespace.make();
  host = await CaptureHost.start(namespace);
});
afterAll(async () => {
  await host?.kill();
  await namespace?.remove();
  rmSync(folder, { recursive: true });
});

describe.each(BACKEND_NAMES)("live capture with %s", (backend: BackendName) => {
  const isSkipped = isMissing(backend);

  describe.skipIf(isSkipped)("refuses", () => {
    it.each([
      ["an invalid filter", { filter: "port port" }, "bad_filter", /^filter "port port": .*syntax error/],
      ["an unknown interface", { interfaceName: "nope0" }, "no_such_interface", /^nope0: there is no such/],
    ])("%s", async (_, order, code, message) => {
      await host.begin({ interfaceName: DEVICE, backend, ...order });
      const { refusal, childrenLeft } = await host.outcome();
      expect(refusal).toEqual({ code, message: expect.stringMatching(message) });
      expect(childrenLeft).toBe(0);
    });

    it("an interface that is down, and explains how to bring it up", async () => {
      namespace.run("ip", "link", "set", DEVICE, "down");
      await host.begin({ interfaceName: DEVICE, backend });
      const { refusal } = await host.outcome();
      namespace.run("ip", "link", "set", DEVICE, "up");
      const message = `${DEVICE}: the interface is down; sudo ip link set ${DEVICE} up`;
      expect(refusal).toEqual({ code: "interface_down", message });
    });
  });

  describe.skipIf(isSkipped)("survives", () => {
    it("the death of its program", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      for (const pid of await host.children()) process.kill(pid, "SIGKILL");
      expect((await host.event("interrupted")).message).toMatch(
        /terminated by SIGKILL \(trying again for 60 s\)$/,
      );
      await host.event("resumed");
      await namespace.replay(frames, ...PACE);
      await host.packets(FRAMES.length);
      host.stop();
      const outcome = await host.outcome();
      expect(textOf(outcome)).toEqual(FRAME_TEXTS);
      expect(outcome).toMatchObject({ error: null, childrenLeft: 0 });
      expect(outcome.collected?.interfaces).toHaveLength(1);
    });

    it("an interface that disappears and returns", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      await namespace.replay(frames, ...PACE);
      await host.packets(FRAMES.length);
      namespace.disconnect();
      const { message } = await host.event("interrupted");
      expect(message).toBe(`${DEVICE}: the interface is gone (trying again for 60 s)`);
      namespace.connect();
      await host.event("resumed");
      await namespace.replay(frames, ...PACE);
      await host.packets(2 * FRAMES.length);
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ error: null, childrenLeft: 0 });
      expect(outcome.counters?.received).toBe(2 * FRAMES.length);
    });

    it("an interface that is down for a while", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      namespace.run("ip", "link", "set", DEVICE, "down");
      namespace.run("ip", "link", "set", DEVICE, "up");
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (backend === "cap") await host.event("resumed");
      await namespace.replay(frames, ...PACE);
      await host.packets(FRAMES.length);
      host.stop();
      expect(await host.outcome()).toMatchObject({ error: null, childrenLeft: 0 });
    });

    it("an interface that stays away until the time limit, then ends and says why", async () => {
      await host.begin({ interfaceName: DEVICE, backend, reopenSeconds: 1 });
      namespace.disconnect();
      const { message } = await host.event("ended");
      const outcome = await host.outcome();
      namespace.connect();
      expect(message).toBe(`${DEVICE}: the interface is gone`);
      expect(outcome.error).toEqual({ code: "interface_gone", message });
      expect(outcome.childrenLeft).toBe(0);
    });
  });
});
