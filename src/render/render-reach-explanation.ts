/**
 * Why something does not get through, in an administrator's words: observations, the likely cause, the missing
 * rule. Causes are only likely: the packets show what happened, never whose rule it was.
 */
import type { Advice } from "../knowledge/advice/advice.ts";
import type {
  BlockedName,
  ReachProduct,
  ReachReport,
  ReachRow,
  ReachTarget,
} from "../reports/reach/reach-report.ts";
import { causeOf, causeOfName, commandOf, namedByOthersText, ruleOf, ruleOfName } from "./reach-advice.ts";
import { type Measure, type TableStyle, widthOf, withMeasure, wrapText } from "./render-columns.ts";
import {
  endText,
  nameText,
  seenText,
  targetVerdictText,
  verdictText,
  workedText,
} from "./render-reach-words.ts";

/** The question: the products, rows and targets that it selects. */
export interface ReachQuestion {
  /** As the user wrote it. */
  readonly text: string;
  readonly about: "product" | "port" | "host";
  readonly isProduct: (product: string) => boolean;
  readonly isPort: (transport: "tcp" | "udp", port: number) => boolean;
  /** Of a client or a server, or a name. */
  readonly isHost: (text: string) => boolean;
  readonly isRow: (row: ReachRow) => boolean;
}

const LABEL_WIDTH = 10;
/** Maximum number of explained targets. */
const MAX_TARGETS = 20;
/** Maximum number of products of one attempt in a rule command. */
const MOST_NAMED = 3;

/**
 * Renders the paragraphs that answer the question; ends with a line end. `advice`: texts on causes and rules.
 *
 * @example
 * ```ts
 * import { loadAdvice, reach } from "appleflow";
 * import { renderReachExplanation } from "appleflow/render";
 *
 * const { report } = await reach(["office.pcapng"]);
 * const question = {
 *   text: "FaceTime",
 *   about: "product" as const,
 *   isProduct: (product: string) => product === "FaceTime",
 *   isPort: () => false,
 *   isHost: () => false,
 *   isRow: () => false,
 * };
 * const style = { width: 80, colors: false, ascii: false };
 * process.stdout.write(await renderReachExplanation(report, question, loadAdvice(), style));
 * ```
 */
export function renderReachExplanation(
  report: ReachReport,
  question: ReachQuestion,
  advice: Advice,
  style: TableStyle,
): Promise<string> {
  return withMeasure((measure) => {
    const width = widthOf(style);
    const products = report.products.filter(({ product }) => question.isProduct(product));
    const about = report.targets.filter((target) => isAbout(target, question));
    const failing = about.filter(({ verdict }) => verdict !== "works");
    const targets = failing.length > 0 ? failing : about;
    const names = report.blockedNames.filter(
      ({ name, client, products: whose }) =>
        question.isHost(name) || question.isHost(client) || whose.some(question.isProduct),
    );
    const paragraphs = [
      ...products.map((product) => productParagraph(product, width, measure)),
      ...targets.slice(0, MAX_TARGETS).map((target) => targetParagraph(target, advice, width, measure)),
      ...names.map((name) => nameParagraph(name, advice, width, measure)),
    ];
    if (targets.length > MAX_TARGETS) {
      paragraphs.push([`${targets.length - MAX_TARGETS} more are in the JSON of this report.`]);
    }
    const isTried = targets.length > 0 || names.length > 0;
    if (!isTried) paragraphs.push(untriedParagraph(report, question, width, measure));
    return `${paragraphs.map((lines) => lines.join("\n")).join("\n\n")}\n`;
  });
}

function isAbout(target: ReachTarget, { isProduct, isPort, isHost }: ReachQuestion): boolean {
  const { transport, port, address, client, name, products } = target;
  if (products.some(isProduct) || isPort(transport, port)) return true;
  return isHost(address) || isHost(client) || (name !== null && isHost(name));
}

function productParagraph(product: ReachProduct, width: number, measure: Measure): string[] {
  const { verdict, possible, attempts, meaning, needs, blockedNames } = product;
  const doubt = possible ? ", perhaps: other products use the same port" : "";
  const lines = wrapText(`${product.product}: ${verdictText(verdict)}${doubt}`, width, measure, "  ");
  lines.push(...labelled("answered", workedText(attempts.own, attempts.shared), width, measure));
  if (meaning !== null) lines.push(...labelled("meaning", meaning, width, measure));
  for (const need of needs) {
    const text = `${need.ports}/${need.transport}, ${need.what}: ${verdictText(need.verdict)}`;
    lines.push(...labelled("needs", text, width, measure));
  }
  if (blockedNames.length > 0)
    lines.push(...labelled("names", `blocked: ${blockedNames.join(", ")}`, width, measure));
  return lines;
}

function targetParagraph(target: ReachTarget, advice: Advice, width: number, measure: Measure): string[] {
  const { transport, client, name, products, verdict, attempts } = target;
  const to = `${transport} ${client} to ${endText(target)}${name === null ? "" : ` (${name})`}`;
  const lines = wrapText(to, width, measure, "  ");
  const whose = products.length === 0 ? "an Apple host" : products.join(" or ");
  lines.push(...labelled("for", whose, width, measure));
  lines.push(
    ...labelled("verdict", `${targetVerdictText(target)}, answered ${workedText(attempts)}`, width, measure),
  );
  lines.push(...labelled("seen", seenText(target), width, measure));
  const others = namedByOthersText(target);
  if (others !== null) lines.push(...labelled("name", others, width, measure));
  if (verdict === "works") return lines;
  lines.push(...labelled("cause", causeOf(target, advice), width, measure));
  const rule = ruleOf(target, advice);
  if (rule !== null) lines.push(...labelled("rule", rule, width, measure));
  const command = products.length <= MOST_NAMED ? commandOf(target, products) : null;
  // For pasting: not wrapped.
  if (command !== null) lines.push(`  ${"command".padEnd(LABEL_WIDTH)}${command}`);
  return lines;
}

function nameParagraph(blocked: BlockedName, advice: Advice, width: number, measure: Measure): string[] {
  const { name, client, products } = blocked;
  return [
    ...wrapText(`${name}, asked for by ${client}`, width, measure, "  "),
    ...labelled("for", products.length === 0 ? "an Apple host" : products.join(" or "), width, measure),
    ...labelled("verdict", "name blocked", width, measure),
    ...labelled("seen", nameText(blocked), width, measure),
    ...labelled("cause", causeOfName(blocked, advice), width, measure),
    ...labelled("rule", ruleOfName(blocked, advice), width, measure),
  ];
}

function untriedParagraph(
  report: ReachReport,
  question: ReachQuestion,
  width: number,
  measure: Measure,
): string[] {
  const rows = report.rows.filter(question.isRow);
  const lines = rows.flatMap(({ port, transport, serviceName, verdict, attempts, otherAttempts }) => {
    const tried = workedText(attempts, otherAttempts);
    const whose = question.about === "product" ? " of other products" : "";
    const counts = tried === "-" ? "" : `, answered ${tried} attempts${whose}`;
    const text = `${port} ${transport} ${serviceName}: ${verdictText(verdict)}${counts}`;
    return wrapText(text, width, measure, "  ");
  });
  if (question.about === "port" && rows.some(({ verdict }) => verdict !== "never-tried")) return lines;
  const nothing = `${question.text}: never tried in this capture. That proves nothing: the device may have had no reason to, may have been connected already, or may have used another path.`;
  return [...wrapText(nothing, width, measure, "  "), ...lines];
}

function labelled(label: string, text: string, width: number, measure: Measure): string[] {
  return wrapText(`  ${label.padEnd(LABEL_WIDTH)}${text}`, width, measure, " ".repeat(LABEL_WIDTH + 2));
}
