/** A command that serves the page: its printed address, and its output lines. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { IntervalRecord } from "../../src/engine/interval-report.ts";

export class PageCommand {
  /** The printed address, with its token. */
  readonly url: Promise<string>;
  /** Lines of its standard output. */
  readonly lines: IntervalRecord[] = [];
  readonly #child: ChildProcess;

  /** `stdin`: its standard input, which stays open. */
  constructor([program = "", ...args]: readonly string[], stdin: readonly Uint8Array[] = []) {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      const lines = stdout.split("\n");
      stdout = lines.pop() ?? "";
      this.lines.push(...lines.map((line) => JSON.parse(line) as IntervalRecord));
    });
    let stderr = "";
    this.url = new Promise((resolve, reject) => {
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        const [, url] = /page: (http:\S+)\n/.exec(stderr) ?? [];
        if (url !== undefined) resolve(url);
      });
      child.once("close", () => reject(new Error(`it has ended: ${stderr}`)));
    });
    this.url.catch(() => {});
    for (const capture of stdin) child.stdin.write(capture);
  }

  /** The built program's `live` with the page, reading captures from a pipe that stays open. */
  static reading(captures: readonly Uint8Array[]): PageCommand {
    return new PageCommand([process.execPath, "dist/cli/main.cjs", "live", "-", "--web"], captures);
  }

  /** Ends it; afterwards its output is complete. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "close");
  }
}
