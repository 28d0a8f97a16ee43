/**
 * Only one process at a time writes the history of a sensor: it listens at a socket in the folder, which disappears with the
 * process.
 */
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { InputError, systemErrorCode } from "../errors.ts";

/** Maximum length of a socket path that works on every system. */
const MAX_PATH_LENGTH = 103;

/**
 * Locks the history of a sensor until the returned function is called, or the process ends. If no socket can be created (the
 * name is too long, or the file system does not support it), nothing is locked. Throws `InputError` `cannot_write` if another
 * process holds the lock.
 */
export async function lockSensor(folder: string, sensor: string): Promise<() => void> {
  const path = join(folder, `.${sensor}.lock`);
  if (path.length > MAX_PATH_LENGTH || process.platform === "win32") return () => undefined;
  for (let tries = 0; tries < 2; tries++) {
    try {
      const server = await listen(path);
      return () => void server.close();
    } catch (error) {
      if (systemErrorCode(error) !== "EADDRINUSE") return () => undefined;
    }
    if (await isAnswered(path)) break;
    // Left over from a process that was killed.
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
    // The lock does not keep the process alive.
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
