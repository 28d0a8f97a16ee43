/**
 * `npm run package:debian [FOLDER]`: makes the Debian package, for all architectures, in the current or the given folder. Run
 * `npm run build` before. With SOURCE_DATE_EPOCH, two runs give the same bytes.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import manifest from "../package.json" with { type: "json" };
import lock from "../package-lock.json" with { type: "json" };

/** Why a package is in the lock file. */
interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

const PROGRAM_FOLDER = "usr/lib/appleflow";
const KIBIBYTE = 1024;
const MILLISECONDS = 1000;

/** The maintainer, from the variables that Debian's own tools read. */
const { DEBFULLNAME = "appleflow", DEBEMAIL = "root@localhost" } = process.env;
const MAINTAINER = `${DEBFULLNAME} <${DEBEMAIL}>`;

const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / MILLISECONDS));
const root = mkdtempSync(join(tmpdir(), "appleflow-debian-"));
try {
  addProgram();
  addDocuments();
  addCompletion();
  addService();
  addControl();
  for (const path of ["", ...readdirSync(root, { recursive: true, encoding: "utf8" })])
    settle(join(root, path));
  const file = resolve(process.argv[2] ?? ".", `appleflow_${manifest.version}_all.deb`);
  execFileSync("dpkg-deb", ["--root-owner-group", "--build", root, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  });
  console.log(file);
} finally {
  rmSync(root, { recursive: true });
}

/** Copies what npm would pack, and the required packages: not the optional ones, which contain machine code. */
function addProgram(): void {
  const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const packed = JSON.parse(execFileSync("npm", pack, { encoding: "utf8" }));
  const [{ files }] = Object.values<{ files: { path: string }[] }>(packed);
  for (const { path } of files) {
    if (/^(dist\/types|dist\/lib|packaging)\/|\.1$|\.md$|^LICENSE$/.test(path)) continue;
    copy(path, `${PROGRAM_FOLDER}/${path}`);
  }
  const packages: Readonly<Record<string, object>> = lock.packages;
  for (const [folder, { dev, optional, devOptional }] of Object.entries<LockedPackage>(packages)) {
    if (folder !== "" && !dev && !optional && !devOptional) copy(folder, `${PROGRAM_FOLDER}/${folder}`);
  }
  mkdirSync(join(root, "usr/bin"));
  symlinkSync(`../lib/appleflow/${manifest.bin.appleflow}`, join(root, "usr/bin/appleflow"));
  chmodSync(join(root, PROGRAM_FOLDER, manifest.bin.appleflow), 0o755);
}

function addDocuments(): void {
  for (const page of manifest.man)
    write(`usr/share/man/man1/${basename(page)}.gz`, compressed(readFileSync(page)));
  write("usr/share/doc/appleflow/changelog.gz", compressed(Buffer.from(debianChangelog())));
  for (const name of ["README.md", "CHANGELOG.md"])
    write(`usr/share/doc/appleflow/${name}`, readFileSync(name));
  write("usr/share/doc/appleflow/copyright", readFileSync("LICENSE"));
}

function debianChangelog(): string {
  const date = new Date(epoch * MILLISECONDS).toUTCString().replace("GMT", "+0000");
  const change = "See /usr/share/doc/appleflow/CHANGELOG.md.";
  return `appleflow (${manifest.version}) unstable; urgency=medium\n\n  * ${change}\n\n -- ${MAINTAINER}  ${date}\n`;
}

function addCompletion(): void {
  const script = (shell: string) =>
    execFileSync(process.execPath, [manifest.bin.appleflow, "complete", shell]);
  write("usr/share/bash-completion/completions/appleflow", script("bash"));
  write("usr/share/zsh/vendor-completions/_appleflow", script("zsh"));
  write("usr/share/fish/vendor_completions.d/appleflow.fish", script("fish"));
}

function addService(): void {
  const unit = readFileSync("packaging/appleflow-live@.service", "utf8")
    .replaceAll("/usr/local/bin/appleflow", "/usr/bin/appleflow")
    .replace("file:///usr/local/lib/node_modules/appleflow/README.md", "man:appleflow(1)");
  write("usr/lib/systemd/system/appleflow-live@.service", unit);
  write("etc/logrotate.d/appleflow", readFileSync("packaging/appleflow.logrotate"));
}

function addControl(): void {
  const [, oldest] = />=(.+)/.exec(manifest.engines.node) ?? [];
  write(
    "DEBIAN/control",
    `Package: appleflow
Version: ${manifest.version}
Architecture: all
Maintainer: ${MAINTAINER}
Installed-Size: ${Math.ceil(sizeOf(root) / KIBIBYTE)}
Depends: nodejs (>= ${oldest})
Recommends: tcpdump
Suggests: openssh-client
Section: net
Priority: optional
Description: which Apple products are in network traffic
 Reads captures and live interfaces, and shows which Apple products are in the
 traffic, how much traffic each has, how certain that is, and what is blocked.
`,
  );
  write("DEBIAN/conffiles", "/etc/logrotate.d/appleflow\n");
}

function copy(from: string, to: string): void {
  const filter = (path: string) => !/\/(?:\.npmignore|bin)$/.test(path);
  cpSync(from, join(root, to), { recursive: true, dereference: true, filter });
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Without gzip's timestamp. */
function compressed(content: Uint8Array): Uint8Array {
  return gzipSync(content, { level: 9 });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0);
}

/** One time and one mode for all files, whatever this clone's are. */
function settle(path: string): void {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return;
  chmodSync(path, status.isDirectory() || path.endsWith(manifest.bin.appleflow) ? 0o755 : 0o644);
  utimesSync(path, epoch, epoch);
}
