/** The compiled kernel. It lies in `dist/`, two folders above this file in the sources and in the bundles alike. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

let compiled: WebAssembly.Module | null = null;

/** Compiled once for the process. Throws where `npm run build:kernel` has not been run. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(join(import.meta.dirname, "../../dist/kernel.wasm")));
  return compiled;
}
