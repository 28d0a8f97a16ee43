import { describe, expect, it } from "vitest";
import { capabilityCommands } from "../../../src/packets/live/diagnosis.ts";

describe("the commands that let tcpdump capture", () => {
  it("begin with the installation of setcap if it is missing", () => {
    const [first, ...rest] = capabilityCommands("/usr/bin/tcpdump", false);
    expect(first).toEqual({ run: expect.stringMatching(/^sudo apt install libcap2-bin /) });
    expect(rest).toEqual(capabilityCommands("/usr/bin/tcpdump", true));
    expect(rest).toContainEqual({ run: "sudo setcap cap_net_raw=ep /usr/local/bin/tcpdump" });
  });
});
