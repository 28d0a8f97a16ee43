/** One process at a time writes what a sensor sees: it listens at a socket in the folder, which goes with the process. */
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { InputError, systemErrorCode } from "../errors.ts";

/** The longest name that a socket has on every system. */
const LONGEST_PATH = 103;

/**
 * Locks the history of a sensor until the result is called, or the process ends. Where no socket can be made (the name is too long,
 * the file system has none) nothing is locked. Throws `InputError` `cannot_write` where another process has it.
 */
export async function lockSensor(folder: string, sensor: string): Promise<() => void> {
  const path = join(folder, `.${sensor}.lock`);
  if (path.length > LONGEST_PATH || process.platform === "win32") return () => undefined;
  for (let tries = 0; tries < 2; tries++) {
    try {
      const server = await listen(path);
      return () => void server.close();
    } catch (error) {
      if (systemErrorCode(error) !== "EADDRINUSE") return () => undefined;
    }
    if (await isAnswered(path)) break;
    // Of a process that was killed.
    rmSync(path, { force: true });
  }
  throw new InputError(
    "cannot_write",
    `${folder}: another process is writing the history of ${sensor}: use another name with --sensor`,
    { source: folder },
  );
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    // It keeps no process alive.
    server.listen(path, () => {
      server.off("error", reject).on("error", () => {});
      resolve(server.unref());
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
