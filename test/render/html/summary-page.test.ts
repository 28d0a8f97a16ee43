/** The page of a summary: a valid file without external requests, whose numbers are those of the JSON. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadPseudonyms } from "../../../src/anonymise/load-pseudonyms.ts";
import { summarizeWithReach } from "../../../src/engine/reach.ts";
import type { SummarizeOptions } from "../../../src/engine/summarize.ts";
import { loadAdvice } from "../../../src/knowledge/advice/load-advice.ts";
import { renderSummary } from "../../../src/render/render-summary.ts";
import { faultsOf, policyOf, tablesOf, tagsOf } from "../../support/page-reader.ts";

const OFFICE = "fixtures/office-morning.pcapng";
const PHONE = "fixtures/phone-morning.pcapng";

async function pageOf(captures: readonly string[], options: SummarizeOptions = {}, shown = {}) {
  const asked = { maxFlows: 2000, everySeconds: "auto", ...options } as const;
  const { summary, report } = await summarizeWithReach(captures, asked);
  const advice = loadAdvice();
  const reach = report === null ? {} : { reach: report, advice };
  return { summary, report, page: await renderSummary(summary, { format: "html", ...reach, ...shown }) };
}

describe("the page of a summary", () => {
  it.each([
    OFFICE,
    PHONE,
    "fixtures/empty.pcap",
    "fixtures/simple-packets.pcapng",
    "fixtures/cut-record.pcap",
  ])("of %s is valid, and allows only its own stylesheet", async (capture) => {
    const { page } = await pageOf([capture]);
    expect(await faultsOf(page)).toEqual([]);
    const { policy, hash } = policyOf(page);
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe| style=| src=|https?:/);
    expect(page.endsWith("</html>\n")).toBe(true);
  });

  it("of many captures is valid, with all failures of the lab", async () => {
    const faults = readdirSync("fixtures/lab").filter((name) => /^fault-.*\.pcap(ng)?$/.test(name));
    const { page, report } = await pageOf(faults.map((name) => `fixtures/lab/${name}`));
    expect(await faultsOf(page)).toEqual([]);
    expect(page.match(/<article class="failure">/g)?.length).toBeGreaterThan(5);
    expect(page).toContain("<strong>Do: </strong>");
    expect(page).toContain("appleflow rules &#39;iCloud Private Relay&#39;");
    expect(report?.targets.length).toBeGreaterThan(10);
  });

  it("has a bar whose table has the classes of the JSON, which add up to the capture", async () => {
    for (const capture of [OFFICE, PHONE]) {
      const { summary, page } = await pageOf([capture]);
      const rows = tablesOf(page).get("Every byte of the capture is in one row.")?.rows ?? [];
      const { apple, classes, bytes, packets } = summary;
      const of = (header: string) => rows.find((row) => row.header === header)?.cells ?? [0, "", 0, 0];
      const { flows, ...identified } = classes.identified;
      expect(of("Apple's, identified")).toEqual([
        identified.bytes,
        expect.any(String),
        identified.packets,
        flows,
      ]);
      expect(of("Apple's, product unknown")[0]).toBe(classes.apple.bytes);
      expect(of("Could be Apple's: only the port says so")[0]).toBe(
        apple.couldBe.bytes + apple.withdrawn.bytes,
      );
      expect(of("Others'")[0]).toBe(classes.other.bytes);
      expect(of("Not decoded").slice(0, 3)).toEqual([
        summary.capture.bytes - bytes.decoded,
        expect.any(String),
        summary.capture.packets - packets.decoded,
      ]);
      const all = rows.at(-1);
      expect(all?.header).toBe("Everything read");
      for (const [place, whole] of [
        summary.capture.bytes,
        null,
        summary.capture.packets,
        summary.flows.total,
      ].entries()) {
        if (whole === null) continue;
        expect(all?.cells[place]).toBe(whole);
        expect(rows.slice(0, -1).reduce((sum, { cells }) => sum + Number(cells[place]), 0)).toBe(whole);
      }
    }
  });

  it("has each product with its bytes and evidence", async () => {
    const { summary, page } = await pageOf([PHONE]);
    const rows = tablesOf(page).get("Products that evidence names, by bytes")?.rows ?? [];
    const maps = summary.products.find(({ product }) => product === "Maps");
    expect(rows.find(({ header }) => header === "Maps")?.cells).toEqual([
      "server-name",
      maps?.identified.bytes,
      "9.4%",
      maps?.identified.flows,
      "",
    ]);
    expect(rows.reduce((sum, { cells }) => sum + Number(cells[1]), 0)).toBe(summary.classes.identified.bytes);
    expect(page).toContain("<dt>server-name</dt>");
    expect(page).not.toContain("<dt>user-agent</dt>");
  });

  it("has what each device sent and received, in total and by product", async () => {
    for (const capture of [OFFICE, PHONE]) {
      const { summary, page } = await pageOf([capture]);
      const caption = "Bytes that each device sent and received, by product: darker means more.";
      const rows = tablesOf(page).get(caption)?.rows ?? [];
      expect(rows.length).toBe(summary.devices.length + 1);
      for (const [i, device] of [...summary.devices, summary.outside].entries()) {
        const [sent, received, ...products] = rows[i].cells.map(Number);
        expect([sent, received]).toEqual([device?.sent, device?.received]);
        expect(products.reduce((sum, bytes) => sum + bytes, 0)).toBe(sent + received);
      }
    }
  });

  it.each([
    [PHONE, "1 s"],
    [OFFICE, "30 s"],
  ])("has every byte of %s in one area of its chart", async (capture, every) => {
    const { summary, page } = await pageOf([capture]);
    const table = tablesOf(page).get(`Bytes in every ${every}, by family; times in UTC.`);
    const { columns, rows } = table ?? { columns: [], rows: [] };
    const sumOf = (name: string) =>
      rows.reduce((sum, { cells }) => sum + Number(cells[columns.indexOf(name) - 1]), 0);
    expect(columns.slice(1).reduce((sum, name) => sum + sumOf(name), 0)).toBe(summary.capture.bytes);
    for (const { family, identified, oneOf } of summary.families) {
      if (oneOf.flows === 0 && columns.includes(family)) expect(sumOf(family)).toBe(identified.bytes);
    }
    expect(sumOf("Not decoded")).toBe(summary.capture.bytes - summary.bytes.decoded);
    expect(page.match(/<path class="[cf][^"]*" d="M0 /g)?.length).toBe(columns.length - 1);
  });

  it("marks only what is known by port with stripes", async () => {
    const { page } = await pageOf([OFFICE]);
    const striped = [...page.matchAll(/<li><svg class="swatch"[^>]*>(.*?)<\/svg>(.*?)<\/li>/g)]
      .filter(([, shape]) => shape.includes("c-could-be"))
      .map(([, , text]) => text.replace(/<[^>]*>/g, ""));
    expect(striped.map((text) => text.replace(/ [\d.]+ \w+$/, ""))).toEqual([
      "Only a range of the list",
      "Listed ports, nothing says whose",
    ]);
  });

  it("marks only failures in red", async () => {
    const { page } = await pageOf([PHONE]);
    expect(page.slice(page.indexOf("</style>"))).not.toMatch(/class="[^"]*fail/);
    expect(page).toContain("Nothing that was tried failed.");
    expect((await pageOf([OFFICE])).page).toMatch(/<div class="fails"><dt>Does not get through/);
  });

  it("applies only the list in port-only mode, and names no device", async () => {
    const { page, summary } = await pageOf([OFFICE], { rules: null });
    expect(await faultsOf(page)).toEqual([]);
    expect(page).toContain("Devices cannot be distinguished without evidence.");
    const rows = tablesOf(page).get(
      "Rows overlap: a port may belong to several products. Do not add them up.",
    );
    expect(rows?.rows.length).toBe(summary.products.length);
  });

  it("has the requested number of rows per section, and one for the rest", async () => {
    const { page, summary } = await pageOf([PHONE], {}, { top: 2 });
    const rows = tablesOf(page).get("Products that evidence names, by bytes")?.rows ?? [];
    expect(rows.map(({ header }) => header)).toEqual(["iCloud Key Value Store", "iCloud", "11 more"]);
    expect(rows.reduce((sum, { cells }) => sum + Number(cells[1]), 0)).toBe(summary.classes.identified.bytes);
    expect(page).toContain(`${summary.devices.length - 2} more devices`);
    expect(await faultsOf(page)).toEqual([]);
  });

  it("shows pseudonyms on request, and says so", async () => {
    const { page } = await pageOf([PHONE], { pseudonyms: loadPseudonyms("5a".repeat(32)) });
    expect(page).toContain("Names and addresses are pseudonyms");
    for (const secret of ["192.168.1.", "Hall printer", ">iPhone<"]) expect(page).not.toContain(secret);
    expect(page).toContain("Maps");
  });

  it("is identical on every run", async () => {
    expect((await pageOf([OFFICE])).page).toBe((await pageOf([OFFICE])).page);
  });

  it("has only an allowed set of tags", async () => {
    const { page } = await pageOf([OFFICE]);
    expect(new Set(tagsOf(page).map((tag) => tag.split(" ")[0]))).toEqual(
      new Set(
        "html head meta title style body svg defs pattern rect header h1 p dl div dt dd strong bdi data nav ul li a main section h2 h3 table caption thead tbody tr th td span details summary path article pre code footer".split(
          " ",
        ),
      ),
    );
  });
});
