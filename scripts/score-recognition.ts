/**
 * Compares the protocols recognised in captures with tshark's for the same flows:
 *
 *   npx tsx scripts/score-recognition.ts [--all] fixtures/lab/*.pcap*
 *
 * Prints a line for each flow that both name differently, and for each with payload in both directions that only tshark names
 * (`--all`: that neither names); then sums by protocol.
 */
import { type RecognisedFlow, recogniseFlows } from "./recognition/flow-starts.ts";
import { fits, flowKey, isKnown, labelFlows } from "./recognition/tshark-labels.ts";

/** tshark's names for unknown payload, and for layers inside others. */
const NOTHING = new Set(["data", "_ws.malformed", "_ws.short", "_ws.unreassembled", "data-text-lines"]);

interface Sums {
  right: number;
  wrong: number;
  unlabelled: number;
}

const arguments_ = process.argv.slice(2);
const isAll = arguments_.includes("--all");
const sums = new Map<string, Sums>();
let spoken = 0;
let recognised = 0;
let known = 0;
let knownRecognised = 0;
for (const capture of arguments_.filter((text) => !text.startsWith("--"))) {
  const labels = labelFlows(capture);
  for (const found of await recogniseFlows(capture)) {
    const all = labels.get(flowKey(found.transport, found.ends)) ?? new Set<string>();
    const names = new Set([...all].filter((name) => !NOTHING.has(name)));
    const isSpoken = found.start.sides.every((side) => side.length > 0);
    const { recognition } = found;
    if (isSpoken) spoken++;
    if (isSpoken && isKnown(names)) {
      known++;
      if (recognition !== null) knownRecognised++;
    }
    if (recognition === null) {
      if (isSpoken && (isAll || names.size > 0)) tell("missed", capture, found, names);
      continue;
    }
    if (isSpoken) recognised++;
    const sum = sums.get(recognition.protocol) ?? { right: 0, wrong: 0, unlabelled: 0 };
    sums.set(recognition.protocol, sum);
    if (names.size === 0) sum.unlabelled++;
    else if (fits(recognition.protocol, names)) sum.right++;
    else {
      sum.wrong++;
      tell("differs", capture, found, names);
    }
  }
}

const total: Sums = { right: 0, wrong: 0, unlabelled: 0 };
process.stdout.write(`\n${row("protocol", "right", "differs", "unlabelled")}`);
for (const [protocol, { right, wrong, unlabelled }] of [...sums].sort()) {
  process.stdout.write(row(protocol, right, wrong, unlabelled));
  total.right += right;
  total.wrong += wrong;
  total.unlabelled += unlabelled;
}
process.stdout.write(row("all", total.right, total.wrong, total.unlabelled));
process.stdout.write(
  `\nAgreed with tshark: ${percent(total.right, total.right + total.wrong)}; ` +
    `recognised of flows with payload in both directions: ${recognised}/${spoken} = ${percent(recognised, spoken)}; ` +
    `of those that tshark names: ${knownRecognised}/${known} = ${percent(knownRecognised, known)}\n`,
);

function tell(
  verdict: string,
  capture: string,
  { transport, ends, start, recognition }: RecognisedFlow,
  names: Set<string>,
): void {
  const heads = start.sides.map(([message]) =>
    message === undefined ? "-" : Buffer.from(message.bytes.subarray(0, 24)).toString("hex"),
  );
  const what = recognition === null ? "-" : recognition.protocol;
  const flow = ends.map(({ address, port }) => `${address}:${port}`).join(" ");
  process.stdout.write(
    `${verdict} ${what} ${[...names].join(",")} ${capture} ${transport} ${flow} ${heads.join(" ")}\n`,
  );
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return `${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(12)).join("")}\n`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "none" : `${((100 * part) / whole).toFixed(2)} %`;
}
