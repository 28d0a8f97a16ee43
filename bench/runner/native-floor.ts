import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { findExecutable } from "./program.ts";

/**
 * Compiles one of the native reference programs, which are not part of this project, into `temporary`.
 * @returns the path of the program, or why there is none
 */
export function compileFloor(
  source: string,
  flags: readonly string[],
  temporary: string,
): { readonly path: string } | { readonly absent: string } {
  const name = basename(source, ".c");
  if (!existsSync(source)) return { absent: `${source} is missing` };
  const compiler = findExecutable("gcc") ?? findExecutable("cc");
  if (compiler === null) return { absent: "no C compiler" };
  const path = join(temporary, name);
  const built = spawnSync(compiler, ["-O3", "-march=native", "-o", path, source, ...flags], {
    encoding: "utf8",
  });
  if (built.status === 0) return { path };
  const error = built.stderr.split("\n").find((line) => /error|cannot find/.test(line));
  return { absent: `does not compile (${error?.trim() ?? "unknown error"}); libpcap's headers are needed` };
}
