/** Loads the compiled kernel, which is in `dist/`, two folders above this file both in the sources and in the bundles. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

let compiled: WebAssembly.Module | null = null;

/** Compiled once per process. Throws if `npm run build:kernel` has not been run. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(join(import.meta.dirname, "../../dist/kernel.wasm")));
  return compiled;
}
