/** A program that somebody else starts, which may have failed before its second output is here. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ProcessOutput } from "../../../src/packets/live/process-output.ts";
import { RequestedProgram } from "../../../src/packets/live/requested-program.ts";

const path = join(tmpdir(), `appleflow-asked-${process.pid}`);
const server = createServer();
server.listen(path);
await once(server, "listening");

afterAll(() => {
  server.close();
});

/** A socket as it is handed over: it reads at once; and the end that the program writes to. */
async function output(): Promise<{ near: Socket; far: Socket }> {
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const near = connect(path);
  await once(near, "connect");
  const [far] = await accepted;
  return { near, far };
}

const FAILED = { status: 1, signal: null, startError: null };

describe("a program that fails as it begins", () => {
  it("has ended, though its first output was closed before the second one came", async () => {
    const asked = new RequestedProgram();
    const [stdout, stderr] = [await output(), await output()];
    asked.takeOutput("stdout", stdout.near);
    stdout.far.end();
    await once(stdout.near, "close");
    asked.takeOutput("stderr", stderr.near);
    stderr.far.end("no such device\n");
    expect(await asked.started).toBeNull();
    const { stderr: words, ...program } = asked.program(
      () => {},
      () => {},
    );
    asked.end(FAILED);
    let said = "";
    words.on("data", (chunk) => {
      said += chunk;
    });
    expect(await program.ended).toEqual(FAILED);
    expect(said).toBe("no such device\n");
    const bytes = new ProcessOutput("test", program.stdout, async () => {});
    expect(await bytes.read(new Uint8Array(8), 0, 8)).toBe(0);
  });
});
