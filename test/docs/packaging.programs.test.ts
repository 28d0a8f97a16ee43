/** The systemd unit as read by systemd itself. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const UNIT = readFileSync(new URL("../../packaging/appleflow-live@.service", import.meta.url), "utf8");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasSystemd)
  console.log("packaging, the unit as systemd reads it: skipped, not installed: systemd-analyze");

describe("the service files", () => {
  it.skipIf(!hasSystemd)("for systemd have a low exposure score by systemd's own analysis", () => {
    const folder = mkdtempSync(join(tmpdir(), "appleflow-unit-"));
    try {
      const file = join(folder, "appleflow-live@.service");
      writeFileSync(file, UNIT);
      const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", file], {
        encoding: "utf8",
      });
      expect(Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(1.5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(!hasSystemd)("for systemd contain nothing that systemd does not recognise", () => {
    const folder = mkdtempSync(join(tmpdir(), "appleflow-unit-"));
    try {
      const file = join(folder, "appleflow-live@eth0.service");
      writeFileSync(file, UNIT);
      const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
        encoding: "utf8",
      });
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
