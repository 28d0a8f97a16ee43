/** Standard input as a packet source, read by a separate process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { packetOf } from "./collect-records.ts";

describe("openCapture", () => {
  it("reads standard input from a pipe written in pieces", async () => {
    const builder = pcapng().section().interface();
    for (let index = 0; index < 3000; index++) builder.packet(packetOf(index % 700, index));
    const file = builder.build();
    const script = `
      import { openCapture } from ${JSON.stringify(new URL("../../../src/packets/files/open-capture.ts", import.meta.url).href)};
      const source = await openCapture("-");
      let packets = 0;
      for await (const block of source.blocks()) packets += block.count;
      console.log(JSON.stringify([source.name, source.totalBytes, source.bytesRead, packets, source.error?.message]));`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      stdio: ["pipe", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    child.stdin.write(file.subarray(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.stdin.end(file.subarray(5));
    await once(child, "close");
    expect(JSON.parse(printed)).toEqual(["-", null, file.length, 3000, null]);
  });
});
