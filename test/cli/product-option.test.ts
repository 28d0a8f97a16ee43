/** `--product`: only the flows for which evidence names a product. */
import { describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { expectConserved } from "../support/conservation.ts";
import { runCli } from "./run-cli.ts";

const PHONE = "fixtures/phone-morning.pcapng";

async function summaryOf(...args: readonly string[]): Promise<Summary> {
  const { status, stdout, stderr } = await runCli(["summarize", ...args, "--format", "json"]);
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("--product", () => {
  it("selects the flows that summarize attributes to a product, alone or among others", async () => {
    const whole = await summaryOf(PHONE);
    const named = whole.products.filter(({ identified, oneOf }) => identified.flows + oneOf.flows > 0);
    expect(named.length).toBeGreaterThan(5);
    for (const { product, identified, oneOf } of named.slice(0, 3)) {
      const chosen = await summaryOf(PHONE, "--product", product);
      expectConserved(chosen);
      expect(chosen.options.products).toEqual([product]);
      expect(chosen.flows.total + (chosen.otherFlows?.flows ?? 0)).toBe(whole.flows.total);
      expect(chosen.classes.identified).toEqual({
        flows: identified.flows + oneOf.flows,
        packets: identified.packets + oneOf.packets,
        bytes: identified.bytes + oneOf.bytes,
      });
      expect(chosen.groups).toEqual(
        whole.groups
          .filter(({ products }) => products.includes(product))
          .map((group) => ({ ...group, devices: expect.any(Number) })),
      );
      expect(chosen.otherFlows?.bytes).toBe(whole.bytes.decoded - identified.bytes - oneOf.bytes);
    }
  });

  it("takes several products, any name of a product, and standard input", async () => {
    const both = await summaryOf(PHONE, "--product", "icloud", "--product", "APP STORE");
    expect(both.options.products).toEqual(["iCloud", "App Store"]);
    const [first, second] = [
      await summaryOf(PHONE, "--product", "iCloud"),
      await summaryOf(PHONE, "--product", "App Store"),
    ];
    expect(both.classes.identified.bytes).toBe(
      first.classes.identified.bytes + second.classes.identified.bytes,
    );
    const { stdout } = await runCli(["flows", PHONE, "--product", "iCloud"]);
    const flows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(flows).toHaveLength(first.classes.identified.flows);
    for (const { products } of flows) expect(products).toContain("iCloud");
  });

  it("selects with --device the flows that match both", async () => {
    const { devices } = await summaryOf(PHONE, "--product", "iCloud");
    for (const { id, sent, received } of devices) {
      const chosen = await summaryOf(PHONE, "--product", "iCloud", "--device", id);
      expect(chosen.classes.identified.bytes).toBe(sent + received);
    }
  });

  it("says that no flow is attributed to the product, not that nothing of Apple's was seen", async () => {
    const { stdout } = await runCli(["summarize", PHONE, "--product", "FaceTime"]);
    expect(stdout).toMatch(/^No flow is attributed to FaceTime\.$/m);
    expect(stdout).toMatch(/^OTHER FLOWS {2}275\.1 kB \(99\.7%\): not selected/m);
    expect(stdout).not.toContain("No Apple server");
    const page = await runCli(["summarize", PHONE, "--product", "FaceTime", "--format", "html"]);
    expect(page.stdout).toContain("<p>No flow is attributed to FaceTime.</p>");
    expect(page.stdout).toContain("--product &quot;FaceTime&quot;");
  });

  it.each([
    [["--product", "no such thing"], 'no product is called "no such thing"'],
    [["--product", "FaceTime", "--no-evidence"], "--product cannot be combined with --no-evidence"],
    [["--product", "FaceTime", "--history", "/nonexistent"], "no --device, --product, --filter"],
  ])("refuses %j", async (args, message) => {
    const { status, stdout, stderr } = await runCli(["summarize", PHONE, ...args]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
  });

  it("is refused by the library if no product has the name", async () => {
    await expect(summarize([PHONE], { products: ["Facetime"] })).rejects.toMatchObject({
      code: "bad_argument",
      message: 'no product has the name "Facetime"',
    });
  });

  it("refuses --active-timeout of flows, whose records are written before a product is known", async () => {
    const { status, stderr } = await runCli([
      "flows",
      PHONE,
      "--product",
      "FaceTime",
      "--active-timeout",
      "1m",
    ]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("known only when a flow has ended")]);
  });
});
