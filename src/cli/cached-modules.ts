/**
 * Loads the files of the bundle with what V8 made of them the last time that the same command ran: a third of a start goes into that
 * (bench/README.md). V8 itself takes compiled code only from the same V8 with the same flags, for a source of the same length; that it
 * is the same source, its file's name says, which has its hash. V8 does not look for damage: a file is complete on the disk before it
 * has its name, and has a checksum (`code-pack.ts`).
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Script } from "node:vm";
import { type CodePack, packCode, unpackCode } from "./code-pack.ts";
import { STATUS_USAGE } from "./exit-status.ts";

/** Of code that nobody has called for long V8 forgets what it made: a process that has run longer than this keeps nothing. */
const LONGEST_MS = 60_000;
/** What nobody has written for so long may be of a bundle that is gone; of one in use, it costs one start to compile it again. */
const FORGOTTEN_AFTER_MS = 90 * 86_400_000;

type Run = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
  load: (name: string) => Promise<unknown>,
) => void;

/** What the bundle is given for what is not in it. */
export interface Outside {
  /** For Node's modules. */
  readonly require: NodeJS.Require;
  /** For packages, which are modules; stands as `import$` in the bundle. */
  readonly import: (name: string) => Promise<unknown>;
}

export class CachedModules {
  readonly #outside: Outside;
  readonly #modules = new Map<string, { exports: unknown }>();
  readonly #scripts = new Map<string, Script>();
  readonly #pack: CodePack;
  #isComplete = true;

  /**
   * @param kept the file for compiled code, which only this user can write to; it need not be there. Null: nothing is kept
   */
  constructor(kept: string | null, outside: Outside) {
    this.#outside = outside;
    this.#pack = unpackCode(kept === null ? null : readIfThere(kept));
    if (kept === null) return;
    const user = process.geteuid?.();
    process.once("exit", (status) => {
      // What has given up root has no right to root's folder any more.
      if (process.geteuid?.() !== user) return;
      if (!this.#isComplete && status !== STATUS_USAGE && performance.now() < LONGEST_MS) this.#keep(kept);
    });
  }

  /** What a file of the bundle exports, which is run once. `file` is absolute. */
  require(file: string): unknown {
    const known = this.#modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.#modules.set(file, module);
    const run = this.#compile(file).runInThisContext() as Run;
    const folder = dirname(file);
    const require = (name: string) =>
      name.startsWith("./") ? this.require(resolve(folder, name)) : this.#outside.require(name);
    run.call(module.exports, module.exports, require, module, file, folder, this.#outside.import);
    return module.exports;
  }

  #compile(file: string): Script {
    // ASCII, which is read fastest as what it is, and one function (`scripts/program-bundle.ts`).
    const source = readFileSync(file, "latin1");
    const name = basename(file);
    const cachedData = this.#pack.get(name);
    const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
    if (cachedData === undefined || script.cachedDataRejected) this.#isComplete = false;
    this.#scripts.set(name, script);
    return script;
  }

  /** At the end V8 knows which functions a run needs. Nothing is said of what cannot be kept. */
  #keep(kept: string): void {
    const pack = new Map(this.#pack);
    for (const [name, script] of this.#scripts) pack.set(name, script.createCachedData());
    const written = `${kept}.${process.pid}`;
    try {
      const descriptor = openSync(written, "wx", 0o600);
      writeSync(descriptor, packCode(pack));
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(written, kept);
      forgetOld(dirname(kept));
    } catch {
      removeIfAllowed(written);
    }
  }
}

function removeIfAllowed(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written there is nothing to remove.
  }
}

function forgetOld(folder: string): void {
  const oldest = Date.now() - FORGOTTEN_AFTER_MS;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < oldest) rmSync(path, { force: true });
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
