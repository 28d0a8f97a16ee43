/** The top of a page: a number for each question, and none if it cannot be answered. */
import { describe, expect, it } from "vitest";
import { reach } from "../../../src/engine/reach.ts";
import { summarize } from "../../../src/engine/summarize.ts";
import { answers } from "../../../src/render/html/answers.ts";
import { reachOutcome } from "../../../src/render/reach-outcome.ts";

/** Returns question, number and words of each answer. */
async function answersOf(capture: string, options = {}): Promise<ReadonlyMap<string, readonly string[]>> {
  const summary = await summarize([capture], { maxFlows: 500, ...options });
  const { report } = await reach([capture], { maxFlows: 500 });
  const { text } = answers(summary, reachOutcome(report));
  const all = [...text.matchAll(/<dt>(.*?)<\/dt><dd><strong>(.*?)<\/strong>(.*?)<\/dd>/g)];
  return new Map(
    all.map(([, question, number, words]) => [
      question.replace("&#39;", "'"),
      [number, words.replace(/<[^>]*>/g, "")],
    ]),
  );
}

describe("the answers at the top of the page", () => {
  it("state how much is Apple's, how certain, which products and devices, and that nothing failed", async () => {
    expect([...(await answersOf("fixtures/phone-morning.pcapng"))]).toEqual([
      ["Apple's", ["92.5%", "255.2 kB of 276.0 kB"]],
      ["Identified by product", ["91.6%", "233.8 kB exactly one product's"]],
      ["Could also be Apple's", ["0.2%", "546 B: only the port says so"]],
      ["Products named alone", ["12", "iCloud Key Value Store, iCloud, Maps and 9 more"]],
      ["Devices, 1 known to be Apple's", ["4", "iPhone, router 192.168.1.1, 192.168.1.23 and 1 more"]],
      ["Does not get through", ["0", "Nothing that was tried failed."]],
    ]);
  });

  it("agree with the bar below about what only a port allows", async () => {
    const { apple, capture } = await summarize(["fixtures/office-morning.pcapng"], { maxFlows: 500 });
    const [couldBe, withdrawn] = [apple.couldBe.bytes, apple.withdrawn.bytes];
    expect(withdrawn).toBeGreaterThan(0);
    const share = ((couldBe + withdrawn) / capture.bytes) * 100;
    const found = (await answersOf("fixtures/office-morning.pcapng")).get("Could also be Apple's");
    expect(found?.[0]).toBe(`${share.toFixed(1)}%`);
  });

  it("count failures", async () => {
    const found = (await answersOf("fixtures/lab/fault-prohibited.pcapng")).get("Does not get through");
    expect(Number(found?.[0])).toBeGreaterThan(1);
    expect(found?.[1]).toMatch(/ and \d+ more$/);
  });

  it("have no number for a one-way capture, or without Apple traffic", async () => {
    const oneWay = await answersOf("fixtures/lab/fault-only-from-client.pcap");
    expect(oneWay.get("Does not get through")).toEqual(["–", "no clear outcome of 4 tried"]);
    const nothing = await answersOf("fixtures/empty.pcap");
    expect(nothing.get("Apple's")?.[0]).toBe("-");
    expect(nothing.get("Does not get through")?.[0]).toBe("–");
  });

  it("omit products and devices if only the list was applied", async () => {
    const questions = [...(await answersOf("fixtures/office-morning.pcapng", { rules: null })).keys()];
    expect(questions).toEqual([
      "Apple's",
      "Identified by product",
      "Could also be Apple's",
      "Does not get through",
    ]);
  });
});
