/**
 * Loads the files of the bundle with the code that V8 compiled when the same command ran last: compiling takes a third of a start
 * (bench/README.md). V8 accepts compiled code only from the same V8 with the same flags, for a source of equal length; the file
 * name contains a hash of the source, so the source is the same. V8 does not check for damage: a file is complete on disk before
 * it gets its name, and has a checksum (`code-pack.ts`).
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

/** V8 discards the code of functions not called for long: a process that has run longer than this saves nothing. */
const LONGEST_MS = 60_000;
/** Files not written for this long may belong to a deleted bundle; if one is in use, a start compiles it again. */
const FORGOTTEN_AFTER_MS = 90 * 86_400_000;

type Run = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
  load: (name: string) => Promise<unknown>,
) => void;

/** What the bundle receives for everything that it does not contain. */
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
   * @param kept file for compiled code, writable by this user only; it need not exist. Null: nothing is saved
   */
  constructor(kept: string | null, outside: Outside) {
    this.#outside = outside;
    this.#pack = unpackCode(kept === null ? null : readIfThere(kept));
    if (kept === null) return;
    const user = process.geteuid?.();
    process.once("exit", (status) => {
      // A process that has given up root may not use root's folder.
      if (process.geteuid?.() !== user) return;
      if (!this.#isComplete && status !== STATUS_USAGE && performance.now() < LONGEST_MS) this.#keep(kept);
    });
  }

  /** Returns the exports of a file of the bundle, which runs once. `file` is absolute. */
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
    // ASCII, which is fastest to read as latin1, and one function (`scripts/program-bundle.ts`).
    const source = readFileSync(file, "latin1");
    const name = basename(file);
    const cachedData = this.#pack.get(name);
    const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
    if (cachedData === undefined || script.cachedDataRejected) this.#isComplete = false;
    this.#scripts.set(name, script);
    return script;
  }

  /** At exit V8 knows which functions a run needs. Failures to save are not reported. */
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
