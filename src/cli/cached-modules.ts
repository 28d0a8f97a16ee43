/**
 * Loads the files of the bundle with what V8 made of them the last time, which takes a third of the time of a start
 * (bench/README.md). V8 takes compiled code only for a source of the same length, from the same V8 with the same flags; that the
 * source is the same, its name says, which has its hash.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { constants, Script } from "node:vm";

/** Of code that nobody has called for long V8 forgets what it made: a process that has run longer than this keeps nothing. */
const LONGEST_MS = 60_000;

/** Nobody has compiled them for so long: of a bundle that is in use, it costs one start to compile them again. */
const FORGOTTEN_AFTER_MS = 90 * 86_400_000;

type Run = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
) => void;

export class CachedModules {
  readonly #folder: string;
  /** For Node's modules and packages. */
  readonly #others: NodeJS.Require;
  readonly #modules = new Map<string, { exports: unknown }>();
  /** Compiled in this process: the scripts by the files that they are to be kept in. */
  readonly #compiled = new Map<string, Script>();

  /**
   * @param folder where compiled code is kept; only this user can write to it
   * @param others what requires what is not of the bundle
   */
  constructor(folder: string, others: NodeJS.Require) {
    this.#folder = folder;
    this.#others = others;
    process.once("exit", () => this.#keep());
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
      name.startsWith("./") ? this.require(resolve(folder, name)) : this.#others(name);
    run.call(module.exports, module.exports, require, module, file, folder);
    return module.exports;
  }

  #compile(file: string): Script {
    // The bundle is ASCII, which is read fastest as what it is.
    const source = readFileSync(file, "latin1");
    const kept = resolve(this.#folder, `${basename(file)}.bin`);
    const cachedData = readIfThere(kept);
    const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
      filename: file,
      ...(cachedData && { cachedData }),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (cachedData === null || script.cachedDataRejected) this.#compiled.set(kept, script);
    return script;
  }

  /** At the end V8 knows which functions a run needs. Nothing is said of what cannot be kept. */
  #keep(): void {
    if (performance.now() > LONGEST_MS) return;
    for (const [path, script] of this.#compiled) {
      // Whole or not at all, whoever else does the same.
      const written = `${path}.${process.pid}`;
      try {
        writeFileSync(written, script.createCachedData(), { mode: 0o600, flag: "wx" });
        renameSync(written, path);
      } catch {
        rmSync(written, { force: true });
        return;
      }
    }
    if (this.#compiled.size > 0) this.#forgetOld();
  }

  /** Files of bundles that have been replaced. */
  #forgetOld(): void {
    const oldest = Date.now() - FORGOTTEN_AFTER_MS;
    for (const name of readdirSync(this.#folder)) {
      const path = resolve(this.#folder, name);
      const isOld = (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? oldest) < oldest;
      if (isOld) rmSync(path, { force: true });
    }
  }
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
