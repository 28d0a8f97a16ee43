/** `live --web` with clients that hold on to it: packets are still counted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { IntervalRecord } from "../../src/engine/interval-report.ts";

const PACKETS = 595;
const TIMES = 40;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection that sends `words` and reads nothing. */
function hold(port: number, words: string): void {
  const socket = connect(port, "127.0.0.1", () => socket.write(words));
  socket.on("error", () => {}).pause();
  sockets.push(socket);
}

it("live --web counts every packet despite slow readers and 200 silent connections", async () => {
  const args = ["dist/cli/main.cjs", "live", "-", "--web", "--interval", "0.1"];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  const lines = text(child.stdout);
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const capture = readFileSync("fixtures/office-morning.pcapng");
  child.stdin.write(capture);
  while (!/page: \S+\n/.test(stderr)) await pause(20);
  const [, url = ""] = /page: (\S+)\n/.exec(stderr) ?? [];
  const port = Number(new URL(url).port);
  const [cookie = ""] = ((await fetch(url)).headers.get("set-cookie") ?? "").split(";");
  for (let i = 0; i < 8; i++) {
    hold(port, `GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`);
  }
  for (let i = 0; i < 200; i++) hold(port, "");
  for (let i = 1; i < TIMES; i++) {
    child.stdin.write(capture);
    await pause(20);
  }
  child.stdin.end();
  const [status] = await once(child, "exit");
  const last = (await lines).trim().split("\n").at(-1) ?? "";
  const { received, droppedByUs } = JSON.parse(last) as IntervalRecord;
  expect({ status, received, droppedByUs }).toEqual({ status: 0, received: PACKETS * TIMES, droppedByUs: 0 });
});
