/** The package installed into an empty project: its program, modules, types, and documented examples. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { installPackage } from "./support/installed-package.ts";
import { entriesOfPackage, readPublicInterface } from "./support/public-declarations.ts";

const FIXTURE = fileURLToPath(new URL("../fixtures/office-morning.pcapng", import.meta.url));
const LIBRARY = readFileSync(new URL("../docs/library.md", import.meta.url), "utf8");
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Module resolutions of TypeScript, by the values of `moduleResolution`. */
const RESOLUTIONS = [
  { moduleResolution: "node16", module: "node16" },
  { moduleResolution: "nodenext", module: "nodenext" },
  { moduleResolution: "bundler", module: "esnext" },
] as const;

const user = installPackage();
afterAll(() => user.remove());

/** Returns the TypeScript blocks of a text. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
}

describe("the installed package", () => {
  it("contains what users need and nothing for development only", () => {
    const unexpected = user.files.filter(
      (path) =>
        !/^(dist|data|packaging)\/|^(scripts\/prepare\.mjs|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(
          path,
        ),
    );
    expect(unexpected).toEqual([]);
    expect(user.files.filter((path) => path.startsWith("dist/types/cli/"))).toEqual([]);
    expect(user.packedLength).toBeLessThan(1_350_000);
  });

  it("is packed and installed from its folder, which runs its scripts", () => {
    const { status, stdout, stderr } = user.run(
      "npm",
      "pack",
      "--silent",
      "--pack-destination",
      user.folder,
      "./node_modules/appleflow",
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `appleflow-${version}.tgz\n`,
      stderr: "",
    });
  });

  it("runs as a program", () => {
    const program = "node_modules/.bin/appleflow";
    expect(user.run(program, "--version")).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    const { status, stdout, stderr } = user.run(program, "summarize", FIXTURE);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("\n595 packets, 5.3 MB, 88 flows; ");
  });

  it("can be imported by its root and its subpaths", () => {
    user.write(
      "program.js",
      `import { loadPortList, summarize } from "appleflow";
       import { loadPortNeeds, planRules, renderPlan } from "appleflow/firewall";
       import { renderSummary } from "appleflow/render";
       const summary = await summarize([process.argv[2]]);
       const csv = await renderSummary(summary, { format: "csv", by: "family" });
       const table = loadPortList();
       const products = new Set([table.product("FaceTime")]);
       const plan = planRules({ table, needs: loadPortNeeds(table), subject: "FaceTime", products });
       const rules = JSON.parse(renderPlan(plan, "json", { kind: "host" }));
       console.log(JSON.stringify([summary.capture.packets, csv.split(",")[0], rules.products]));`,
    );
    const { stdout, stderr } = user.run(process.execPath, "program.js", FIXTURE);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([595, "family", ["FaceTime"]]);
  });

  it("adds capture builders to the test runner of another project", () => {
    user.link("vitest");
    user.write(
      "traffic.test.ts",
      `import { writeFileSync } from "node:fs";
       import { expect, it } from "vitest";
       import { buildClientHello, packet, pcap, serverName, toRecords, type TrafficMatchers, trafficMatchers } from "appleflow/testing";

       declare module "vitest" {
         interface Matchers<T = any> extends TrafficMatchers<Promise<void>> {}
       }
       expect.extend(trafficMatchers);

       const hello = packet()
         .ethernet()
         .ipv4({ source: "192.0.2.7", destination: "17.253.21.203" })
         .tcp({ sourcePort: 50123, destinationPort: 443, flags: "PA" })
         .payload(toRecords(buildClientHello(serverName("mesu.apple.com"))))
         .build();
       writeFileSync("hello.pcap", pcap().record(hello, { seconds: 1_769_850_000, nanoseconds: 0 }).build());

       it("asks for updates", async () => {
         await expect("hello.pcap").toHaveTraffic({ products: { "Software Update": { evidence: ["server-name"] } } });
         await expect("hello.pcap").not.toHaveTraffic({ absent: ["Software Update"] });
       });
       it("does not call anybody", async () => {
         await expect("hello.pcap").toHaveTraffic({ products: { FaceTime: {} } });
       });`,
    );
    const { status, stdout, stderr } = user.run(
      process.execPath,
      "node_modules/vitest/vitest.mjs",
      "run",
      "--no-color",
    );
    expect(status).toBe(1);
    expect(stdout).toContain("1 failed | 1 passed");
    expect(stderr).toContain("Error: hello.pcap: 1 of 1 differ\n  FaceTime  has no evidence in the capture");
    const options = { ...RESOLUTIONS[2], types: ["node"], skipLibCheck: true };
    expect(user.checkTypes(["traffic.test.ts"], options)).toMatchObject({ status: 0, stdout: "" });
  });

  it("has one error class, whichever entry point throws", () => {
    user.write(
      "errors.js",
      `import { InputError } from "appleflow";
       import { loadRuleset } from "appleflow/firewall";
       try { loadRuleset(["nowhere.json"]); } catch (error) { console.log(error instanceof InputError, error.code); }`,
    );
    expect(user.run(process.execPath, "errors.js").stdout).toBe("true cannot_open\n");
  });

  it.each(RESOLUTIONS)("has types for $moduleResolution, without those of Node", (resolution) => {
    const imports = entriesOfPackage().map(
      ({ specifier }, i) => `import * as entry${i} from "${specifier}";`,
    );
    const uses = `import type { Summary } from "appleflow";
      export const bytes = (summary: Summary): number => summary.products[0].possible.bytes;
      export const entries = [${imports.map((_, i) => `entry${i}`).join(", ")}];`;
    user.write("entries.ts", [...imports, uses].join("\n"));
    const { status, stdout } = user.checkTypes(["entries.ts"], { ...resolution, types: [] });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("has types that detect a wrong use", () => {
    user.write("wrong.ts", 'import { summarize } from "appleflow";\nawait summarize("office.pcapng");\n');
    const { status, stdout } = user.checkTypes(["wrong.ts"], RESOLUTIONS[1]);
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/wrong\.ts.*TS2345/);
  });
});

describe("the documented examples", () => {
  const documented = readPublicInterface().flatMap(({ specifier, names }) =>
    names.flatMap(({ name, examples }) =>
      examples.map((text, i) => ({ path: `examples/${specifier}/${name}-${i}.ts`, blocks: blocksOf(text) })),
    ),
  );
  const page = blocksOf(LIBRARY).map((text, i) => ({ path: `examples/library-${i}.ts`, blocks: [text] }));

  it("each have one TypeScript block that imports what it calls", () => {
    expect(documented.length).toBeGreaterThan(25);
    expect(page.length).toBeGreaterThan(1);
    const wrong = [...documented, ...page].filter(
      ({ blocks }) => blocks.length !== 1 || !/from "appleflow/.test(blocks[0]),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it.each(RESOLUTIONS)(
    "compile with the types of the installed package, for $moduleResolution",
    (resolution) => {
      const all = [...documented, ...page];
      for (const { path, blocks } of all) user.write(path, blocks.join("\n"));
      const files = all.map(({ path }) => path);
      const { status, stdout } = user.checkTypes(files, { ...resolution, lib: ["es2023"], types: ["node"] });
      expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    },
  );
});
