/** Files made from captures for repositories or firewalls contain no address or name of a person. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder } from "./sample-captures.ts";

const CAPTURES = ["fixtures/office-morning.pcapng", "fixtures/lab/apple-names.pcapng"];

describe.each(CAPTURES)("rules and expectations written from %s", (capture) => {
  it("contain no address, and no names but Apple's", async () => {
    const { stdout } = await runCli(["flows", capture, "--format", "ndjson"]);
    const flows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as FlowReport);
    const addresses = new Set(
      flows.flatMap(({ originator, responder }) => [originator.address, responder.address]),
    );
    const names = new Set(flows.flatMap(({ serverName }) => serverName ?? []));
    expect(addresses.size).toBeGreaterThan(5);
    const folder = new CaptureFolder();
    try {
      const expected = folder.file("expected.json");
      await runCli(["check", capture, expected, "--update", "--numbers"]);
      const rules = await Promise.all(
        ["nftables", "csv", "markdown", "json"].map((format) =>
          runCli(["rules", "--from", capture, "--format", format, "--hook", "output"]),
        ),
      );
      const written = [readFileSync(expected, "utf8"), ...rules.map((one) => one.stdout)];
      for (const text of written) {
        expect(text.length).toBeGreaterThan(100);
        const words = new Set(text.split(/[^\w.:-]+/));
        expect([...addresses, ...names].filter((word) => words.has(word))).toEqual([]);
      }
    } finally {
      folder.remove();
    }
  });
});
