/** Debian packages for the lab: installs missing ones without starting their daemons on this machine. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Commands used by the runner itself. */
export const RUNNER_PACKAGES = [
  "ethtool",
  "iproute2",
  "nftables",
  "procps",
  "tcpdump",
  "util-linux",
  "wireshark-common",
] as const;

/**
 * Under a lock, because several labs may run at once: invoke-rc.d asks policy-rc.d, whose status 101 forbids. An existing
 * policy stays. Waits for dpkg's own locks.
 */
const INSTALL = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 755 "$policy"
fi
get() { apt-get -o DPkg::Lock::Timeout=600 -o APT::Sandbox::User=root -qq "$@" </dev/null; }
get install -y --no-remove --no-install-recommends "$@" && exit
get update
get install -y --no-remove --no-install-recommends "$@"
`;

const execute = promisify(execFile);

/** Installs missing packages; throws with apt-get's message on failure. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const versions = await readPackageVersions(names);
  const missing = names.filter((name) => !versions.has(name));
  if (missing.length === 0) return;
  process.stdout.write(`installing ${missing.join(" ")}\n`);
  const lock = "/var/lock/appleflow-lab-install";
  const child = spawn("flock", [lock, "sh", "-c", INSTALL, "sh", ...missing], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stdout.resume();
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [status] = await once(child, "close");
  if (status !== 0) {
    const lines = errors.split("\n").filter((line) => line.startsWith("E: "));
    throw new Error(`apt-get cannot install ${missing.join(" ")}: ${lines.join(" ")}`);
  }
}

/** Unpacks packages below `folder`, each in a folder of its name, without installing them; returns their versions. */
export async function unpackPackages(
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const name of names) {
    const target = join(folder, name);
    await mkdir(target, { recursive: true });
    await execute("apt-get", ["-qq", "-o", "APT::Sandbox::User=root", "download", name], { cwd: folder });
    const archives = (await readdir(folder)).filter((file) => file.startsWith(`${name}_`));
    const archive = join(folder, archives[0]);
    await execute("dpkg-deb", ["-x", archive, target]);
    const { stdout } = await execute("dpkg-deb", ["-f", archive, "Version"]);
    versions.set(name, stdout.trim());
  }
  return versions;
}

/** Returns the versions of the installed packages among these. */
export async function readPackageVersions(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const format = "$" + "{db:Status-Status} $" + "{Package} $" + "{Version}\n";
  const { stdout } = await execute("dpkg-query", ["-W", "-f", format, ...names]).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }),
  );
  const installed = stdout.split("\n").filter((line) => line.startsWith("installed "));
  return new Map(
    installed.map((line) => {
      const [, name, version] = line.split(" ");
      return [name, version];
    }),
  );
}

/** Debian's package of an installed command, with its version: `openssh-server 1:9.2p1-2`; null if there is none. */
export async function findPackage(program: string): Promise<string | null> {
  const find = 'readlink -f "$(command -v "$1")"; command -v "$1"';
  const which = await execute("sh", ["-c", find, "sh", program]).catch(() => ({ stdout: "" }));
  const paths = which.stdout.split("\n").filter((path) => path !== "");
  // Packages list files in /bin and /sbin that the system has below /usr.
  const names = paths.flatMap((path) => [path, path.replace(/^\/usr\//, "/")]);
  const owner = await execute("dpkg", ["-S", ...names]).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? "",
  }));
  const name = /^([^:,\s]+)(?::\w+)?: /m.exec(owner.stdout)?.[1];
  const version = name === undefined ? undefined : (await readPackageVersions([name])).get(name);
  return version === undefined ? null : `${name} ${version}`;
}
