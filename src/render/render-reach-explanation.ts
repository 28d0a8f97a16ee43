/**
 * Why something does not get through, in an administrator's words: what was seen, the likely cause, the rule that is
 * missing. Causes are likely ones: the packets tell what happened, never whose rule it was.
 */
import type { Advice } from "../knowledge/advice/advice.ts";
import type {
  BlockedName,
  ReachProduct,
  ReachReport,
  ReachRow,
  ReachTarget,
} from "../reports/reach/reach-report.ts";
import { type Measure, type TableStyle, widthOf, withMeasure, wrapText } from "./render-columns.ts";
import { endText, seenText, verdictText, workedText } from "./render-reach-words.ts";

/** What is asked for: products, rows and targets that are meant. */
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
/** Targets that are explained at most. */
const MAX_TARGETS = 20;

/**
 * Paragraphs about what the question means; ends with a line end. `advice` has what is said of causes and rules.
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
  lines.push(...labelled("worked", workedText(attempts.own, attempts.shared), width, measure));
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
  const whose = products.length === 0 ? "a host of Apple's" : products.join(" or ");
  lines.push(...labelled("for", whose, width, measure));
  lines.push(
    ...labelled("verdict", `${verdictText(verdict)}, worked ${workedText(attempts)}`, width, measure),
  );
  lines.push(...labelled("seen", seenText(target), width, measure));
  if (verdict === "works") return lines;
  lines.push(...labelled("cause", causeOf(target, advice), width, measure));
  const rule = ruleOf(target, advice);
  if (rule !== null) lines.push(...labelled("rule", rule, width, measure));
  return lines;
}

function causeOf(target: ReachTarget, advice: Advice): string {
  const { transport, port, packets } = target;
  switch (target.verdict) {
    case "unanswered":
      if (transport === "tcp" && packets.responder > 0) return advice.text("cause-unanswered-data", {});
      return `${advice.text(`cause-unanswered-${transport}`, { port })} ${advice.text("cause-silence", {})}`;
    case "refused":
      return advice.text("cause-refused", {});
    case "prohibited":
      return prohibitionOf(target, advice);
    case "one-way":
      return advice.text(`cause-one-way-${transport}`, {});
    case "closed-at-once":
      return advice.text(isClosedByClient(target) ? "cause-closed-by-client" : "cause-closed-by-server", {});
    case "unclear":
      return "Nothing can be said of the cause: the capture ends too soon after the attempt, or shows one datagram only. Capture for longer.";
    default:
      return "Nothing can be said of the cause: capture both directions, at the client or on a port that mirrors both.";
  }
}

function prohibitionOf({ unreachable, reporters }: ReachTarget, advice: Advice): string {
  const by = reporters.length === 0 ? "A router" : reporters.join(", ");
  const text = unreachable.join(" ");
  if (/prohibited|policy|rejected/.test(text)) return advice.text("cause-prohibited", { by });
  const isPort = text.includes("port unreachable");
  return advice.text(isPort ? "cause-prohibited-port" : "cause-prohibited-route", { by });
}

function isClosedByClient({ alert, closedBy }: ReachTarget): boolean {
  return (alert?.by ?? closedBy) === "originator";
}

function ruleOf(target: ReachTarget, advice: Advice): string | null {
  const { verdict, transport, address, port, name } = target;
  const host = name === null ? address : `${name} (${address})`;
  switch (verdict) {
    case "unanswered":
    case "refused":
    case "prohibited":
      return `${advice.text("rule-allow", { transport, host, port })} ${advice.text("rule-allow-names", {})}`;
    case "one-way":
      return advice.text("rule-allow-both-ways", { transport, host, port });
    case "closed-at-once":
      return isClosedByClient(target)
        ? advice.text("rule-inspection", { host, port })
        : advice.text("rule-server-name", { name: name ?? address });
    default:
      return null;
  }
}

function nameParagraph(blocked: BlockedName, advice: Advice, width: number, measure: Measure): string[] {
  const { name, client, how, responses, products } = blocked;
  return [
    ...wrapText(`${name}, asked for by ${client}`, width, measure, "  "),
    ...labelled("for", products.length === 0 ? "a host of Apple's" : products.join(" or "), width, measure),
    ...labelled(
      "verdict",
      `name blocked, ${responses} ${responses === 1 ? "response" : "responses"}`,
      width,
      measure,
    ),
    ...labelled("cause", advice.text(`cause-name-${how}`, {}), width, measure),
    ...labelled("rule", advice.text("rule-name", { name }, name), width, measure),
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
    const counts = tried === "-" ? "" : `, worked ${tried} attempts${whose}`;
    const text = `${port} ${transport} ${serviceName}: ${verdictText(verdict)}${counts}`;
    return wrapText(text, width, measure, "  ");
  });
  if (question.about === "port" && rows.some(({ verdict }) => verdict !== "never-tried")) return lines;
  const nothing = `${question.text}: never tried in this capture. That proves nothing: the device may have had no reason to, may have been connected already, or may have gone another way.`;
  return [...wrapText(nothing, width, measure, "  "), ...lines];
}

function labelled(label: string, text: string, width: number, measure: Measure): string[] {
  return wrapText(`  ${label.padEnd(LABEL_WIDTH)}${text}`, width, measure, " ".repeat(LABEL_WIDTH + 2));
}
