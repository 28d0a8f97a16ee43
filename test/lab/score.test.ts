/** Captures of real programs: orientation as in the lab's truth, summaries as in the goldens. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listCaptured, readAllCaptured } from "../../scripts/lab/captured-session.ts";
import { renderLabReadme } from "../../scripts/lab/lab-readme.ts";
import { scoreNames } from "../../scripts/lab/name-score.ts";
import { coverRows, unseenRows } from "../../scripts/lab/row-coverage.ts";
import { addScores, scoreSession } from "../../scripts/lab/score.ts";
import { listSessions } from "../../scripts/lab/sessions.ts";
import { summaryStatus } from "../../src/engine/summarize.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { expectConserved } from "../support/conservation.ts";
import { labGoldenNames, readLabGolden, renderLabGolden } from "./lab-golden.ts";

const FIXTURES = "fixtures/lab";
const MAX_CAPTURE_BYTES = 60_000;
const MAX_TOTAL_BYTES = 3_000_000;

/** Addresses of the lab, of Apple, for documentation, multicast, broadcast, "this host", and link-local ones. */
const LAB_ADDRESS =
  /^(10\.77\.|17\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|22[4-9]\.|23\d\.|0\.0\.0\.0$|255\.255\.255\.255$|fd77:|2620:149:|2001:db8:|fe80:|ff0[0-9a-f]:)/;

const captured = await readAllCaptured();

describe.each(captured)("the lab capture $truth.session", (session) => {
  const { truth, summary } = session;

  it("is oriented as its truth states", () => {
    const { handshakes, unexplained } = scoreSession(session);
    expect(unexplained).toEqual([]);
    expect(handshakes.right).toBe(handshakes.all);
  });

  it("has every named flow attributed exactly, and none wrongly", () => {
    const { wrong, unnamed } = scoreNames(session);
    expect({ wrong, unnamed }).toEqual({ wrong: [], unnamed: [] });
  });

  it("contains only addresses of the lab", () => {
    const addresses = session.flows.flatMap(({ originator, responder }) => [originator, responder]);
    const foreign = addresses.filter(({ address }) => !LAB_ADDRESS.test(address));
    expect(foreign).toEqual([]);
  });

  it("shows its declared list rows", () => {
    expect(unseenRows(session)).toEqual([]);
  });

  it("gives the expected summary and flows", async () => {
    expect(summaryStatus(summary)).toBe(0);
    expectConserved(summary);
    expect(await renderLabGolden(session)).toBe(readLabGolden(truth.session));
  });
});

describe("the lab as a whole", () => {
  it("has all TCP flows with a handshake and 98 % of all flows oriented correctly", () => {
    const { handshakes, flows } = addScores(captured.map(scoreSession));
    expect(handshakes.all).toBeGreaterThan(150);
    expect(handshakes.right).toBe(handshakes.all);
    expect(flows.right).toBeGreaterThanOrEqual(0.98 * flows.all);
  });

  it("has more than 50 flows attributed by name", () => {
    const right = captured.reduce((sum, session) => sum + scoreNames(session).right, 0);
    expect(right).toBeGreaterThan(50);
  });

  it("shows at least 45 list rows with real programs", () => {
    const covered = coverRows(loadServiceTable(), captured);
    const real = covered.filter(({ sessions }) => sessions.tcp.length + sessions.udp.length > 0);
    expect(real.length).toBeGreaterThanOrEqual(45);
  });

  it("has a session and a truth file for every capture", () => {
    const sessions = new Set(listSessions());
    expect(listCaptured().filter((name) => !sessions.has(name))).toEqual([]);
    const files = captured.flatMap(({ truth }) => [truth.capture, `${truth.session}.truth.json`]);
    expect(readdirSync(FIXTURES).sort()).toEqual([...files, "README.md"].sort());
  });

  it("stays within its size limits", () => {
    const sizes = captured.map(({ truth }) => statSync(`${FIXTURES}/${truth.capture}`).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_CAPTURE_BYTES);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_TOTAL_BYTES);
  });

  it("has an up-to-date README", () => {
    expect(renderLabReadme(loadServiceTable(), captured)).toBe(readFileSync(`${FIXTURES}/README.md`, "utf8"));
  });

  it("has no golden without a capture", () => {
    expect(readdirSync("test/lab/expected").sort()).toEqual(labGoldenNames());
  });
});
