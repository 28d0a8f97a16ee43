/** Where the bytes of a capture come from: a file, a pipe, or what a decompressor gives. */
import { close, fstat, open, read } from "node:fs";
import { promisify } from "node:util";
import { InputError } from "../errors.ts";

/** A stream of bytes that is read once, from the beginning to the end. */
export interface ByteSource {
  /** As the user named it. */
  readonly name: string;
  /** Bytes of the medium (compressed, for a compressed file), or null where unknown. */
  readonly totalBytes: number | null;
  /** Bytes taken from the medium so far. */
  readonly bytesRead: number;
  /**
   * Reads 1 to `length` bytes into `into` (owned by the caller) at `offset`; 0 at the end. Only one read at a time.
   * Throws `InputError` where the medium fails.
   */
  read(into: Uint8Array, offset: number, length: number): Promise<number>;
  close(): Promise<void>;
}

const openFile = promisify(open);
const readFile = promisify(read);
const closeFile = promisify(close);
const statFile = promisify(fstat);

/** Opens a file; throws `InputError` `cannot_open` that says why in plain words. */
export async function openFileSource(path: string): Promise<ByteSource> {
  let descriptor: number;
  try {
    descriptor = await openFile(path, "r");
  } catch (cause) {
    throw new InputError("cannot_open", `${path}: ${reasonOf(cause)}`, { source: path }, cause);
  }
  const status = await statFile(descriptor);
  if (status.isDirectory()) {
    await closeFile(descriptor);
    throw new InputError("cannot_open", `${path}: is a directory`, { source: path });
  }
  return new FileSource(path, descriptor, status.isFile() ? status.size : null);
}

/** Standard input, under the name "-". */
export function standardInputSource(): ByteSource {
  return new FileSource("-", 0, null);
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly totalBytes: number | null;
  bytesRead = 0;
  readonly #descriptor: number;

  constructor(name: string, descriptor: number, totalBytes: number | null) {
    this.name = name;
    this.#descriptor = descriptor;
    this.totalBytes = totalBytes;
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    for (;;) {
      try {
        const { bytesRead } = await readFile(this.#descriptor, into, offset, length, null);
        this.bytesRead += bytesRead;
        return bytesRead;
      } catch (cause) {
        // A terminal or pipe that another program left non-blocking: there will be bytes, only not yet.
        if (codeOf(cause) === "EAGAIN") await new Promise((resolve) => setTimeout(resolve, 5));
        // Windows says that the writer has closed the pipe in this way.
        else if (codeOf(cause) === "EOF") return 0;
        else
          throw new InputError(
            "cannot_read",
            `${this.name}: ${reasonOf(cause)}`,
            { source: this.name },
            cause,
          );
      }
    }
  }

  async close(): Promise<void> {
    if (this.#descriptor !== 0) await closeFile(this.#descriptor);
  }
}

function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "a part of the path is not a directory",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  EIO: "the device reports an input/output error",
};

/** What a failed system call means, in plain words. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return (code && REASONS[code]) ?? (cause instanceof Error ? cause.message : String(cause));
}
