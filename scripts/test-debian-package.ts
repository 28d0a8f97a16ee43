/**
 * Installs the Debian package into a Debian with nothing but Node, in a separate folder (`debootstrap`, `chroot`), runs it as
 * its user would, and removes it. Needs root, Debian's servers and about 400 MB: part of `npm run test:long`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The first release with a recent enough Node. */
const RELEASE = "trixie";
const CAPTURE = "phone-morning.pcapng";
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };

const folder = mkdtempSync(join(tmpdir(), "appleflow-debian-"));
const inside = join(folder, "system");
let failed = 0;

try {
  execFileSync("npx", ["tsx", "scripts/package-debian.ts", folder], { stdio: "inherit" });
  const [file] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
  execFileSync("debootstrap", ["--variant=minbase", "--include=nodejs", RELEASE, inside], {
    stdio: "ignore",
  });
  cpSync(join(folder, file), join(inside, file));
  cpSync(join("fixtures", CAPTURE), join(inside, CAPTURE));
  check(
    "installs",
    ["apt-get", "install", "-qq", "--no-install-recommends", `/${file}`, "tcpdump"],
    /Setting up appleflow/,
  );
  check("has its version", ["appleflow", "--version"], /^\d+\.\d+\.\d+\n$/);
  check(
    "summarizes a capture",
    ["appleflow", "summarize", `/${CAPTURE}`],
    /569 packets.*\n.*Apple's: 255\.2 kB/,
  );
  check("knows its rows", ["appleflow", "ports", "5223"], /5223 +TCP +Apple Push Notification/);
  // Debian's Node does not let a process become another user by itself.
  check(
    "captures for root as nobody",
    ["appleflow", "live", "lo", "--duration", "1"],
    /"interfaces":\[\{"name":"lo","backend":"tcpdump"\}\]/,
  );
  check("is removed", ["apt-get", "purge", "-qq", "appleflow"], /Removing appleflow/);
  const left = ["usr/lib/appleflow", "usr/bin/appleflow", "etc/logrotate.d/appleflow"];
  tell("leaves nothing", !left.some((path) => existsSync(join(inside, path))), left.join(", "));
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${failed === 0 ? "passed" : "failed"}: the package in ${RELEASE}`);
if (failed > 0) process.exitCode = 1;

function check(what: string, command: readonly string[], expected: RegExp): void {
  const { stdout, stderr } = spawnSync("chroot", [inside, ...command], {
    env: ENVIRONMENT,
    encoding: "utf8",
  });
  tell(what, expected.test(stdout), stdout + stderr);
}

function tell(what: string, isRight: boolean, said: string): void {
  console.log(`${isRight ? "ok    " : "FAILED"} ${what}${isRight ? "" : `\n${said}`}`);
  if (!isRight) failed++;
}
