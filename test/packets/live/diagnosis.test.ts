import { describe, expect, it } from "vitest";
import { capabilityCommands } from "../../../src/packets/live/diagnosis.ts";

describe("the commands that let tcpdump capture", () => {
  it("begin with what brings setcap where there is none", () => {
    const [first, ...rest] = capabilityCommands("/usr/bin/tcpdump", false);
    expect(first).toMatch(/^sudo apt install libcap2-bin /);
    expect(rest).toEqual(capabilityCommands("/usr/bin/tcpdump", true));
    expect(rest).toContain("sudo setcap cap_net_raw=ep /usr/local/bin/tcpdump");
  });
});
