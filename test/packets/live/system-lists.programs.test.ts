/** The list of interfaces from this machine's tcpdump and kernel. */
import { describe, expect, it } from "vitest";
import { listInterfaces } from "../../../src/packets/live/network-interfaces.ts";

describe("the system's list of interfaces", () => {
  it("includes the loopback", async () => {
    const loopback = (await listInterfaces()).find(({ isLoopback }) => isLoopback);
    expect(loopback?.name).toMatch(/^lo0?$/);
  });
});
