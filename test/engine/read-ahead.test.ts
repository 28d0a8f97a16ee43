/** Several captures give the same result whether or not a second thread reads some of them. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeCaptures } from "../../src/engine/merge-captures.ts";
import { ReadAhead } from "../../src/engine/read-ahead.ts";
import { loadKnowledge } from "../../src/engine/reading-options.ts";
import { Session } from "../../src/engine/session.ts";
import { ReadingThread } from "../../src/packets/ahead/reading-thread.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import type { MemoryRecord } from "../support/memory-source.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { randomCapture } from "../support/random-traffic.ts";
import { PartFolder, pcapngOf, splitBy, splitByCount } from "../support/split-capture.ts";
import { toMemoryRecord } from "../support/traffic.ts";

const knowledge = loadKnowledge({});
let thread: ReadingThread;
let folder: PartFolder;
beforeAll(() => {
  const started = ReadingThread.start();
  if (started === null) throw new Error("no thread could be started");
  thread = started;
  folder = new PartFolder();
});
afterAll(() => {
  thread.close();
  folder.remove();
});

/** The complete result for captures read together, and how many of them the thread has read. */
async function resultOf(
  paths: readonly string[],
  isAhead: boolean,
): Promise<{ text: string; ahead: number }> {
  const flows: unknown[] = [];
  const traffic = new TrafficCollector(knowledge.services);
  const session = new Session(knowledge, { maxFlows: 2000 }, [
    traffic,
    new FlowCollector((flow) => flows.push(flow), null),
  ]);
  let ahead = 0;
  const openAhead = async (name: string): Promise<PacketSource | null> => {
    if (!isAhead) return null;
    ahead++;
    return await thread.open(name, name, session.kernel);
  };
  const captures = paths.map((path, position) => ({ name: path, path, position }));
  const steps = mergeCaptures(
    session,
    captures,
    ({ name }, block) => openCapture(name, { block }),
    ({ name }) => openAhead(name),
  );
  for await (const _ of steps);
  return { text: JSON.stringify({ summary: session.report(traffic), flows }), ahead };
}

async function expectSame(parts: readonly (readonly MemoryRecord[])[]): Promise<number> {
  const paths = folder.put(parts.map(pcapngOf));
  const { text, ahead } = await resultOf(paths, true);
  expect(text).toBe((await resultOf(paths, false)).text);
  return ahead;
}

describe("captures read partly by a second thread", () => {
  it("give the same result one after the other, as a ring of files", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("forward", 300).filter((records) => records.length > 0),
        fc.integer({ min: 1, max: 100 }),
        async (traffic, count) => {
          expect(await expectSame(splitByCount(traffic.map(toMemoryRecord), count))).toBeGreaterThan(0);
        },
      ),
      { numRuns: propertyRuns(30) },
    );
  });

  it("give the same result if they overlap", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("steady", 200).filter((records) => records.length > 0),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 200, size: "max" }),
        async (traffic, deal) => {
          await expectSame(splitBy(traffic.map(toMemoryRecord), (_, i) => deal[i % deal.length]));
        },
      ),
      { numRuns: propertyRuns(30) },
    );
  });
});

it("the second thread reads large compressed captures only", async () => {
  const session = new Session(knowledge, { maxFlows: 16 }, []);
  const [path] = folder.put([pcapngOf([])]);
  const capture = Buffer.concat([readFileSync(path), randomBytes(2 ** 20)]);
  const named = (name: string) => ({ name, path: name, position: 0 });
  writeFileSync(`${path}.long`, capture);
  writeFileSync(`${path}.gz`, gzipSync(capture));
  const ahead = new ReadAhead(session, 2 ** 40, null);
  for (const name of [path, `${path}.long`, "-", `${path} that is not there`]) {
    expect(await ahead.open(named(name))).toBeNull();
  }
  // Its only records are damaged: opening it is enough.
  const source = await ahead.open(named(`${path}.gz`));
  expect(source === null).toBe(availableParallelism() === 1);
  ahead.close();
  const shortAlone = new ReadAhead(session, 2 ** 20, null);
  expect(await shortAlone.open(named(`${path}.gz`))).toBeNull();
  shortAlone.close();
});
