/** The Debian package: its content, and that it runs where it is unpacked. (In a separate Debian: `npm run test:long`.) */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };

/** Compressing all files takes long on a busy machine. */
const MAKE_MS = 60_000;

const hasTools = spawnSync("dpkg-deb", ["--version"]).status === 0;
if (!hasTools) console.log("the Debian package: skipped, not installed: dpkg-deb");

describe.skipIf(!hasTools)("the Debian package", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-package-"));
  const file = join(folder, `appleflow_${manifest.version}_all.deb`);
  const unpacked = join(folder, "unpacked");

  beforeAll(() => {
    make();
    expect(ran("dpkg-deb", "--extract", file, unpacked).status).toBe(0);
  }, MAKE_MS);
  afterAll(() => rmSync(folder, { recursive: true }));

  function make(): void {
    const { status, stderr } = spawnSync("npx", ["tsx", "scripts/package-debian.ts", folder], {
      encoding: "utf8",
      env: { ...process.env, SOURCE_DATE_EPOCH: "1700000000" },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  }

  function ran(program: string, ...args: readonly string[]) {
    return spawnSync(program, args, { encoding: "utf8" });
  }

  it("runs from the folder where it is unpacked", () => {
    const program = join(unpacked, "usr/bin/appleflow");
    expect(ran(program, "--version")).toMatchObject({
      status: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
    const { status, stdout } = ran(program, "summarize", "fixtures/phone-morning.pcapng", "--top", "1");
    expect(status).toBe(0);
    expect(stdout).toContain("569 packets, 276.0 kB, 53 flows");
  });

  it("installs documentation, completions and service files where the system expects them", () => {
    const places = [
      "etc/logrotate.d/appleflow",
      "usr/bin/appleflow",
      "usr/lib/systemd/system/appleflow-live@.service",
      "usr/share/bash-completion/completions/appleflow",
      "usr/share/doc/appleflow/changelog.gz",
      "usr/share/doc/appleflow/copyright",
      "usr/share/fish/vendor_completions.d/appleflow.fish",
      "usr/share/man/man1/appleflow.1.gz",
      "usr/share/zsh/vendor-completions/_appleflow",
    ];
    const there = readdirSync(unpacked, { recursive: true, encoding: "utf8" });
    expect(places.filter((place) => !there.includes(place))).toEqual([]);
  });

  it("depends on the required version of Node, and contains no native code", () => {
    const { stdout } = ran("dpkg-deb", "--field", file, "Depends", "Architecture");
    expect(stdout).toBe(
      `Depends: nodejs (${manifest.engines.node.replace(">=", ">= ")})\nArchitecture: all\n`,
    );
    const there = readdirSync(unpacked, { recursive: true, encoding: "utf8" });
    expect(there.filter((path) => /\.(node|so|dylib|gyp)$|\/cap$/.test(path))).toEqual([]);
  });

  it("has a service file that starts the installed program", () => {
    const unit = readFileSync(join(unpacked, "usr/lib/systemd/system/appleflow-live@.service"), "utf8");
    expect(unit).toContain("exec /usr/bin/appleflow live");
    expect(unit).not.toContain("/usr/local");
  });

  it(
    "is reproducible from the same build",
    () => {
      const first = readFileSync(file);
      make();
      expect(readFileSync(file).equals(first)).toBe(true);
    },
    MAKE_MS,
  );
});
