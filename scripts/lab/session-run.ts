/** One session from nothing to its capture and truth in `fixtures/lab/`. */
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { ExpectedAttempt, Lab, LabHost, LabSession } from "./lab.ts";
import { type LabNetwork, makeNetwork } from "./network.ts";
import { installPackages, RUNNER_PACKAGES, readPackageVersions } from "./package-install.ts";
import { convertRecording, readHandshakes, recordOn } from "./recording.ts";
import { captureName, type TrueService, type Truth } from "./truth.ts";

/** A capture is to be small enough to review; a session that says too much is to say less. */
export const MAX_CAPTURE_BYTES = 60_000;

const FIXTURES = join(import.meta.dirname, "../../fixtures/lab");

const execute = promisify(execFile);

/** What is to be removed when the runner is interrupted. */
const open = new Set<() => Promise<void>>();

/** Ends all that a running session started. */
export async function abandonSessions(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

/** Runs the session and writes its two files; returns the capture's length in bytes. Throws for any failure. */
export async function runSession(session: LabSession): Promise<number> {
  await installPackages([...RUNNER_PACKAGES, ...session.packages]);
  const folder = await mkdtemp(join(tmpdir(), `appleflow-lab-${session.name}-`));
  // Servers read their configuration as users of their own.
  await chmod(folder, 0o755);
  let network: LabNetwork | null = null;
  const close = async (): Promise<void> => {
    await network?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
    open.delete(close);
  };
  open.add(close);
  try {
    network = await makeNetwork(session.withRouter === true);
    const { client, server, router } = network;
    const hosts = [client, server, ...(router === null ? [] : [router])];
    const recorder = hosts.find(({ name }) => name === session.recordsAt) ?? router ?? server;
    const recorded = join(folder, "recorded.pcap");
    const recording = recordOn(recorder, recorded, session);
    const services: Promise<TrueService>[] = [];
    const attempts: ExpectedAttempt[] = [];
    const lab: Lab = {
      client,
      server,
      router,
      folder,
      async write(name, content) {
        const path = join(folder, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
        return path;
      },
      serves: (host, service) => services.push(describeService(host, service)),
      expects: (attempt) => attempts.push(attempt),
      pause: (ms) => pause(ms),
      recording,
    };
    if (session.recordsLater !== true) await recording.start();
    await session.run(lab);
    await recording.stop();
    const truth: Truth = {
      session: session.name,
      about: session.about,
      capture: captureName(session),
      rows: session.rows,
      hosts: hosts.map((host) => ({ name: host.name, addresses: addressesOf(host) })),
      services: await Promise.all(services),
      attempts,
      handshakes: await readHandshakes(recorded),
      packages: Object.fromEntries(await readPackageVersions([...session.packages].sort())),
    };
    return await keep(recorded, session, truth);
  } finally {
    await close();
  }
}

/** Puts capture and truth where fixtures are, unless the capture is too long. */
async function keep(recorded: string, session: LabSession, truth: Truth): Promise<number> {
  const converted = `${recorded}.${session.format}`;
  await convertRecording(recorded, converted, session.format);
  const { size } = await stat(converted);
  if (size > MAX_CAPTURE_BYTES) {
    throw new Error(`the capture has ${size} bytes, ${MAX_CAPTURE_BYTES} are allowed: let it say less`);
  }
  await mkdir(FIXTURES, { recursive: true });
  await copyFile(converted, join(FIXTURES, truth.capture));
  await writeFile(join(FIXTURES, `${session.name}.truth.json`), `${JSON.stringify(truth, null, 2)}\n`);
  return size;
}

async function describeService(
  host: LabHost,
  { transport, port, program, address }: Parameters<Lab["serves"]>[1],
): Promise<TrueService> {
  return {
    host: host.name,
    transport,
    addresses: address === undefined ? addressesOf(host) : [address],
    ports: typeof port === "number" ? [port, port] : port,
    program,
    package: await findPackage(program),
  };
}

function addressesOf({ ipv4, ipv6, linkLocal }: LabHost): readonly string[] {
  return [ipv4, ipv6, linkLocal];
}

/** Debian's package of a command, with its version: `openssh-server 1:9.2p1-2`. */
async function findPackage(program: string): Promise<string | null> {
  try {
    const which = await execute("sh", [
      "-c",
      'readlink -f "$(command -v "$1")"; command -v "$1"',
      "sh",
      program,
    ]);
    const paths = which.stdout.trim().split("\n");
    // Packages name files by /bin and /sbin where the system has them below /usr.
    const names = paths.flatMap((path) => [path, path.replace(/^\/usr\//, "/")]);
    const owner = await execute("dpkg", ["-S", ...names]).catch((error: { stdout?: string }) => ({
      stdout: error.stdout ?? "",
    }));
    const name = /^([^:,\s]+)(?::\w+)?: /m.exec(owner.stdout)?.[1];
    if (name === undefined) return null;
    const version = (await readPackageVersions([name])).get(name);
    return version === undefined ? null : `${name} ${version}`;
  } catch {
    return null;
  }
}
