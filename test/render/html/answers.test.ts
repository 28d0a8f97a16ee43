/** The first look at a page: a number for each question, and none where nothing can be told. */
import { describe, expect, it } from "vitest";
import { reach } from "../../../src/engine/reach.ts";
import { summarize } from "../../../src/engine/summarize.ts";
import { answers } from "../../../src/render/html/answers.ts";
import { reachOutcome } from "../../../src/render/reach-outcome.ts";

/** Question, number and words of each. */
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

describe("the answers", () => {
  it("say how much, how sure, which products, which devices, and that nothing failed", async () => {
    expect([...(await answersOf("fixtures/phone-morning.pcapng"))]).toEqual([
      ["Apple's", ["92.5%", "255.2 kB of 276.0 kB"]],
      ["Identified by product", ["91.6%", "233.8 kB exactly one product's"]],
      ["Could also be Apple's", ["0.2%", "546 B: only the port says so"]],
      ["Products named alone", ["12", "iCloud Key Value Store, iCloud, Maps and 9 more"]],
      ["Devices, 1 known to be Apple's", ["4", "iPhone, router 192.168.1.1, 192.168.1.23 and 1 more"]],
      ["Does not get through", ["0", "Nothing that was tried failed."]],
    ]);
  });

  it("say the same of what only a port allows as the bar below them", async () => {
    const { apple, capture } = await summarize(["fixtures/office-morning.pcapng"], { maxFlows: 500 });
    const [couldBe, withdrawn] = [apple.couldBe.bytes, apple.withdrawn.bytes];
    expect(withdrawn).toBeGreaterThan(0);
    const share = ((couldBe + withdrawn) / capture.bytes) * 100;
    const found = (await answersOf("fixtures/office-morning.pcapng")).get("Could also be Apple's");
    expect(found?.[0]).toBe(`${share.toFixed(1)}%`);
  });

  it("count what fails", async () => {
    const found = (await answersOf("fixtures/lab/fault-prohibited.pcapng")).get("Does not get through");
    expect(Number(found?.[0])).toBeGreaterThan(1);
    expect(found?.[1]).toMatch(/ and \d+ more$/);
  });

  it("have no number where a capture has one direction, or nothing of Apple's", async () => {
    const oneWay = await answersOf("fixtures/lab/fault-only-from-client.pcap");
    expect(oneWay.get("Does not get through")).toEqual(["–", "no clear outcome of 4 tried"]);
    const nothing = await answersOf("fixtures/empty.pcap");
    expect(nothing.get("Apple's")?.[0]).toBe("-");
    expect(nothing.get("Does not get through")?.[0]).toBe("–");
  });

  it("tell no products and devices of the list alone", async () => {
    const questions = [...(await answersOf("fixtures/office-morning.pcapng", { rules: null })).keys()];
    expect(questions).toEqual([
      "Apple's",
      "Identified by product",
      "Could also be Apple's",
      "Does not get through",
    ]);
  });
});
