/** The pages of reach and diff: valid, and with the numbers and words of the tables. */
import { describe, expect, it } from "vitest";
import { runCli } from "../../cli/run-cli.ts";
import { faultsOf, policyOf, tablesOf } from "../../support/page-reader.ts";

const NAMES = "fixtures/lab/apple-names.pcapng";
const DROPPED = "fixtures/lab/fault-hello-dropped.pcapng";
const PROHIBITED = "fixtures/lab/fault-prohibited.pcapng";

async function pageOf(...args: readonly string[]): Promise<string> {
  const { stdout } = await runCli([...args, "--format", "html", "--max-flows", "500"]);
  expect(await faultsOf(stdout)).toEqual([]);
  expect(policyOf(stdout).policy).toContain(policyOf(stdout).hash);
  return stdout;
}

/** Returns the text of a page as in the table: without tags, entities and wrapping. */
function textOf(text: string): string {
  const bare = text
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&gt;", ">");
  return bare.replace(/\s+/g, " ");
}

describe("the page of reach", () => {
  it("contains everything that the table says about failures", async () => {
    const page = await pageOf("reach", PROHIBITED);
    const { stdout } = await runCli(["reach", PROHIBITED, "--max-flows", "500"], {
      columns: 5000,
      env: { NO_COLOR: "1" },
    });
    const fails = stdout.slice(stdout.indexOf("FAILS\n") + "FAILS\n".length).split("\n\n")[0];
    const lines = fails.split("\n").map((line) => line.trim().replace(/^(likely|do): /, ""));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(textOf(page)).toContain(textOf(line));
    expect(page).toContain('<pre tabindex="0"><code>appleflow rules');
  });

  it("has what works, each client, and the rows that were tried", async () => {
    const page = await pageOf("reach", PROHIBITED, NAMES);
    const { stdout } = await runCli(["reach", PROHIBITED, NAMES, "--format", "json", "--max-flows", "500"]);
    const report = JSON.parse(stdout);
    const tables = tablesOf(page);
    const rows = tables.get("Rows of Apple's list that were seen, or tried without an answer.")?.rows ?? [];
    const tried = report.rows.filter(({ coverage }: { coverage: string }) => coverage !== "not-seen");
    expect(rows.length).toBe(tried.length);
    const clients = new Set(
      [...report.targets, ...report.blockedNames].map(({ client }: { client: string }) => client),
    );
    const shown = tables.get("For each client, what fails, and how many things work.")?.rows ?? [];
    expect(new Set(shown.map(({ header }) => header))).toEqual(clients);
    expect(tables.get("What works")?.rows.length).toBeGreaterThan(0);
    expect(tables.get("What was read")?.rows.map(({ cells }) => cells[5])).toEqual(
      report.capture.sources.map(({ bytes }: { bytes: number }) => bytes),
    );
  });

  it("says that untried ports prove nothing", async () => {
    const page = await pageOf("reach", "fixtures/empty.pcap");
    expect(textOf(page)).toContain("No Apple service was tried in this capture, which proves nothing.");
    expect(page).toContain("Not tried: 130 of 130 rows");
  });
});

describe("the page of a diff", () => {
  it("has the rows of the table in order, red where something stopped working", async () => {
    const page = await pageOf("diff", NAMES, DROPPED);
    const { stdout } = await runCli(["diff", NAMES, DROPPED, "--all", "--max-flows", "500"], {
      columns: 400,
      env: { NO_COLOR: "1" },
    });
    const lines = stdout.split("\n");
    const first = lines.findIndex((line) => line.startsWith("CHANGE"));
    const table = lines.slice(first + 1, lines.indexOf("", first)).filter((line) => !line.startsWith("*"));
    const both = tablesOf(page).get("Products on both sides");
    expect(page.match(/<caption>Products on both sides/g)?.length).toBe(2);
    expect(both?.rows.length).toBeGreaterThan(3);
    const body = [...page.matchAll(/<th scope="row"><bdi>(.*?)<\/bdi><\/th>/g)].map(([, name]) => name);
    expect(body.length).toBe(table.length);
    for (const [i, line] of table.entries()) expect(line).toContain(body[i]);
    expect(page).toContain('<td class="fails">Fails</td>');
  });

  it("has the classes of both sides as in the JSON", async () => {
    const page = await pageOf("diff", NAMES, DROPPED);
    const { stdout } = await runCli(["diff", NAMES, DROPPED, "--format", "json", "--max-flows", "500"]);
    const { classes, before, after } = JSON.parse(stdout);
    const rows = tablesOf(page).get("Decoded bytes by how they are known")?.rows ?? [];
    expect(rows.map(({ cells }) => cells)).toEqual(
      classes.map((row: { before: { bytes: number }; after: { bytes: number } }) => [
        row.before.bytes,
        row.after.bytes,
      ]),
    );
    const sides = tablesOf(page).get("The two sides")?.rows ?? [];
    expect(sides.map(({ cells }) => cells[3])).toEqual([before.bytes, after.bytes]);
  });

  it("is valid for families, and for two equal summaries", async () => {
    expect(await pageOf("diff", NAMES, DROPPED, "--by", "family")).toContain("Families on both sides");
    const same = await pageOf("diff", NAMES, NAMES);
    expect(same).toContain("Nothing appeared, disappeared, stopped working");
    expect(same).not.toContain('class="fails"');
  });
});
