/** `appleflow interfaces` and `appleflow doctor` on this machine. */
import { platform } from "node:os";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const env = { PATH: process.env.PATH ?? "" };

describe("appleflow interfaces", () => {
  it("lists the loopback as JSON", async () => {
    const { status, stdout, stderr } = await runCli(["interfaces", "--format", "json"], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const loopback = JSON.parse(stdout).find((one: { isLoopback: boolean }) => one.isLoopback);
    expect(Object.keys(loopback)).toEqual([
      "name",
      "addresses",
      "isUp",
      "isConnected",
      "isLoopback",
      "isDefault",
      "linkType",
      "backends",
      "problem",
    ]);
  });

  it("lists it as a table with aligned columns", async () => {
    const { status, stdout } = await runCli(["interfaces"], { env });
    const [header, ...rows] = stdout.split("\n");
    expect(status).toBe(0);
    expect(header).toMatch(/^INTERFACE +STATE +LINK TYPE +CAPTURE +ADDRESSES$/);
    const row = rows.find((line) => /^lo0? /.test(line)) ?? "";
    expect(row.slice(header.indexOf("STATE"))).toMatch(/^(?:up|down)? ?loopback/);
  });
});

describe("appleflow doctor", () => {
  it("exits with 3 if no capture program is available", async () => {
    const without = { PATH: "/nonexistent", NODE_OPTIONS: "--no-addons" };
    const { status, stdout, stderr } = await runCli(["doctor"], { env: without });
    expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
    expect(stdout).toMatch(/^-- {2}tcpdump +not in PATH$/m);
    expect(stdout).toMatch(/^-- {2}cap +not installed, or not built/m);
    expect(stdout).toMatch(/^ +installed globally: +npm install -g --allow-scripts=cap appleflow$/m);
    expect(stdout).toMatch(/\nLive capture does not work here yet\.\n$/);
  });

  it.runIf(platform() === "linux")("calls a permission well only where this process has it", async () => {
    const without = { PATH: "/nonexistent", NODE_OPTIONS: "--no-addons" };
    const { stdout } = await runCli(["doctor"], { env: without });
    expect(stdout).toMatch(
      /^(?:ok {2}permission +this process has|-- {2}permission +this process lacks) CAP_NET_RAW$/m,
    );
  });
});
