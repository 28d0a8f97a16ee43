/**
 * The package as users have it: packed, and installed into an empty project. No network is needed: its dependencies come from
 * the project's `node_modules`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COMPILER = join(ROOT, "node_modules/typescript/bin/tsc");

/** An empty project with the package installed. */
export interface PackageUser {
  readonly folder: string;
  /** Paths of the packed files, from the package's root. */
  readonly files: readonly string[];
  /** Size of the packed file in bytes. */
  readonly packedLength: number;
  /** Writes a file into the project. */
  write(path: string, text: string): void;
  /** Installs a package that this project has. */
  link(name: string): void;
  /** Starts a program in the project's folder. */
  run(program: string, ...args: readonly string[]): ProgramResult;
  /** Type-checks files written by `write` with these compiler options, strictly. */
  checkTypes(files: readonly string[], options: Readonly<Record<string, unknown>>): ProgramResult;
  remove(): void;
}

export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Packs `dist`, and installs it without running any script. */
export function installPackage(): PackageUser {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-user-"));
  const env = environmentWithoutNpm();
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [packed] = Object.values<{ filename: string; size: number; files: { path: string }[] }>(
    JSON.parse(execFileSync("npm", pack, { cwd: ROOT, env, encoding: "utf8" })),
  );
  const user: PackageUser = {
    folder,
    files: packed.files.map(({ path }) => path),
    packedLength: packed.size,
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    link: (name) => symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name)),
    run: (program, ...args) => spawnSync(program, args, { cwd: folder, env, encoding: "utf8" }),
    checkTypes: (files, options) => {
      const compilerOptions = {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: "es2023",
        ...options,
      };
      user.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
      return user.run(process.execPath, COMPILER, "-p", ".");
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
  const manifest = { name: "user", private: true, type: "module", overrides: dependenciesFromHere() };
  user.write("package.json", JSON.stringify(manifest));
  const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const installed = user.run("npm", "install", ...options, `./${packed.filename}`);
  if (installed.status !== 0) throw new Error(`npm install: ${installed.stderr}`);
  // For code written for Node; not a dependency of the package.
  mkdirSync(join(folder, "node_modules/@types"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  return user;
}

/** The package's dependencies by name, as folders of this project. */
function dependenciesFromHere(): Record<string, string> {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  const folders = names.map((name) => [name, join(ROOT, "node_modules", name)]);
  return Object.fromEntries(
    folders.filter(([, path]) => existsSync(path)).map(([name, path]) => [name, `file:${path}`]),
  );
}

/** `npm run` passes its own settings to its children, including this project's folder. */
export function environmentWithoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
