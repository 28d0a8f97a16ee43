/** Runs one session and writes its capture and truth into `fixtures/lab/`. */
import { chmod, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ExpectedAttempt, Lab, LabHost, LabSession, ServedPort } from "./lab.ts";
import { type LabNetwork, makeNetwork } from "./network.ts";
import {
  findPackage,
  installPackages,
  RUNNER_PACKAGES,
  readPackageVersions,
  unpackPackages,
} from "./package-install.ts";
import { checkPrivacy, convertRecording, readHandshakes, recordOn } from "./recording.ts";
import { captureName, type TrueService, type Truth } from "./truth.ts";

/** A capture has to be small enough to review; a session with too much traffic has to be reduced. */
export const MAX_CAPTURE_BYTES = 60_000;

/** The subfolder of a session's folder for packages that are only unpacked. */
const UNPACKED = "unpacked";

const FIXTURES = join(import.meta.dirname, "../../fixtures/lab");

/** What must be removed when the runner is interrupted. */
const open = new Set<() => Promise<void>>();

/** Ends everything that a running session started. */
export async function abandonSessions(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

/** Runs the session and writes its two files; returns the capture's size in bytes. Throws on any failure. */
export async function runSession(session: LabSession): Promise<number> {
  await installPackages([...RUNNER_PACKAGES, ...session.packages]);
  const folder = await mkdtemp(join(tmpdir(), `appleflow-lab-${session.name}-`));
  // Servers read their configuration as their own users.
  await chmod(folder, 0o755);
  let network: LabNetwork | null = null;
  const close = async (): Promise<void> => {
    await network?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
    open.delete(close);
  };
  open.add(close);
  try {
    const unpacked = await unpackPackages(session.unpacks ?? [], join(folder, UNPACKED));
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
      serves: (host, service) => services.push(describeService(host, service, unpacked)),
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
      packages: Object.fromEntries(
        [...(await readPackageVersions(session.packages)), ...unpacked].sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    };
    return await keep(recorded, session, truth);
  } finally {
    await close();
  }
}

/** Moves capture and truth to the fixtures, unless the capture is too large. */
async function keep(recorded: string, session: LabSession, truth: Truth): Promise<number> {
  const converted = `${recorded}.${session.format}`;
  await convertRecording(recorded, converted, session.format);
  const { size } = await stat(converted);
  if (size > MAX_CAPTURE_BYTES) {
    throw new Error(`the capture has ${size} bytes, ${MAX_CAPTURE_BYTES} are allowed: let it say less`);
  }
  await checkPrivacy(converted);
  await mkdir(FIXTURES, { recursive: true });
  await copyFile(converted, join(FIXTURES, truth.capture));
  await writeFile(join(FIXTURES, `${session.name}.truth.json`), `${JSON.stringify(truth, null, 2)}\n`);
  return size;
}

async function describeService(
  host: LabHost,
  { transport, port, program, address }: ServedPort,
  unpacked: ReadonlyMap<string, string>,
): Promise<TrueService> {
  const [, name] = new RegExp(`/${UNPACKED}/([^/]+)/`).exec(program) ?? [];
  return {
    host: host.name,
    transport,
    addresses: address === undefined ? addressesOf(host) : [address],
    ports: typeof port === "number" ? [port, port] : port,
    program: basename(program),
    package: name === undefined ? await findPackage(program) : `${name} ${unpacked.get(name)}`,
  };
}

function addressesOf({ ipv4, ipv6, linkLocal }: LabHost): readonly string[] {
  return [ipv4, ipv6, linkLocal];
}
