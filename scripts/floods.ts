/**
 * `npm run floods`: the cost of floods, one after the other, each in a separate process: CPU per packet, and peak resident
 * memory. The sums must be exact, whatever was dropped.
 *
 *   --packets 10000000   --max-flows 2000000   --only NAME (several times)   --json
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { examineFlood, type FloodFigures } from "./floods/examine-flood.ts";
import { FLOODS } from "./floods/floods.ts";

const { values } = parseArgs({
  options: {
    packets: { type: "string", default: "10000000" },
    "max-flows": { type: "string" },
    only: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
  },
});

const maxFlows = values["max-flows"] === undefined ? null : Number(values["max-flows"]);
const chosen = FLOODS.filter(({ name }) => values.only?.includes(name) ?? true);
if (values.json && chosen.length === 1) {
  console.log(JSON.stringify(await examineFlood(chosen[0], Number(values.packets), maxFlows)));
} else {
  console.log("| flood | CPU per packet | memory | dropped | it fills |\n| --- | --- | --- | --- | --- |");
  for (const { name, fills } of chosen) {
    const args = ["--packets", values.packets, "--only", name, "--json"];
    if (maxFlows !== null) args.push("--max-flows", String(maxFlows));
    const command = ["--import", "tsx", import.meta.filename, ...args];
    const figures = JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" })) as FloodFigures;
    const { microseconds, residentBytes, dropped } = figures;
    console.log(
      `| ${name} | ${microseconds.toFixed(1)} us | ${Math.round(residentBytes / 1e6)} MB | ${dropped} | ${fills} |`,
    );
  }
}
