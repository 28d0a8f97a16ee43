/**
 * Why something does not get through, in an administrator's words: what was seen, the likely cause, the rule that is
 * missing. Causes are likely ones: the packets tell what happened, never whose rule it was.
 */
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
 * Paragraphs about what the question means; ends with a line end.
 *
 * @example
 * ```ts
 * import { reach } from "appleflow";
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
 * process.stdout.write(await renderReachExplanation(report, question, style));
 * ```
 */
export function renderReachExplanation(
  report: ReachReport,
  question: ReachQuestion,
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
      ...targets.slice(0, MAX_TARGETS).map((target) => targetParagraph(target, width, measure)),
      ...names.map((name) => nameParagraph(name, width, measure)),
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
  lines.push(...labelled("worked", workedText(attempts.sole, attempts.shared), width, measure));
  if (meaning !== null) lines.push(...labelled("meaning", meaning, width, measure));
  for (const need of needs) {
    const text = `${need.ports}/${need.transport}, ${need.what}: ${verdictText(need.verdict)}`;
    lines.push(...labelled("needs", text, width, measure));
  }
  if (blockedNames.length > 0)
    lines.push(...labelled("names", `blocked: ${blockedNames.join(", ")}`, width, measure));
  return lines;
}

function targetParagraph(target: ReachTarget, width: number, measure: Measure): string[] {
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
  lines.push(...labelled("cause", causeOf(target), width, measure));
  const rule = ruleOf(target);
  if (rule !== null) lines.push(...labelled("rule", rule, width, measure));
  return lines;
}

/** Apple's services hang on silence and go another way on a refusal: OCSP in November 2020, Private Relay's own advice. */
const SILENCE =
  "Apple's devices wait long on silence: where it is to stay forbidden, a firewall that refuses lets them go on at once.";

function causeOf(target: ReachTarget): string {
  const { transport, port, packets } = target;
  switch (target.verdict) {
    case "unanswered":
      if (transport === "udp") {
        return `A firewall drops UDP to port ${port}, or the answers to it: their state is kept too short, or not at all. ${SILENCE}`;
      }
      if (packets.responder > 0) {
        return "Something lets the handshake through and drops what follows: a filter that reads server names, or a path that loses large packets while ICMP about it is blocked.";
      }
      return `A firewall drops TCP to port ${port} without a word, or no host is there, or the way back is missing. ${SILENCE}`;
    case "refused":
      return "A firewall rejects it with RST in the host's name, or the host is up and nothing listens there.";
    case "prohibited":
      return prohibitionOf(target);
    case "one-way":
      if (transport === "tcp") {
        return "The server's SYN+ACKs get lost on the way to the client: a firewall lets SYNs out and no answers in, or routes differ and a stateful one saw no SYN.";
      }
      return "A firewall lets one direction through: it keeps no state for UDP, or the address translation of the router changes ports (symmetric NAT, or a helper for SIP that rewrites).";
    case "closed-at-once":
      return closedCauseOf(target);
    case "unclear":
      return "Nothing can be said of the cause: the capture ends too soon after the attempt, or shows one datagram only. Capture for longer.";
    default:
      return "Nothing can be said of the cause: capture both directions, at the client or on a port that mirrors both.";
  }
}

function prohibitionOf({ unreachable, reporters }: ReachTarget): string {
  const by = reporters.length === 0 ? "A router" : reporters.join(", ");
  const text = unreachable.join(" ");
  if (/prohibited|policy|rejected/.test(text)) return `${by} says itself that a rule forbids it.`;
  if (text.includes("port unreachable")) {
    return `${by} says that nothing listens there: the host itself, or a firewall that rejects in its name.`;
  }
  return `${by} knows no way to it: a route that is missing, a host that is off, or a firewall that rejects so.`;
}

function closedCauseOf({ alert, closedBy }: ReachTarget): string {
  if ((alert?.by ?? closedBy) === "originator") {
    return "The client does not accept the server's certificate: TLS is inspected on the way (Apple's services accept only Apple's certificates), or its clock is wrong.";
  }
  return "The connection ends on the client's hello: a filter that reads server names, or a server that refuses.";
}

function ruleOf({ verdict, transport, address, port, name, alert, closedBy }: ReachTarget): string | null {
  const host = name === null ? address : `${name} (${address})`;
  const allow = `allow ${transport} from the clients to ${host} port ${port}`;
  const byName =
    "Apple's addresses change: allow names, or all of Apple's networks, rather than this one address.";
  switch (verdict) {
    case "unanswered":
    case "refused":
    case "prohibited":
      return `${allow}, and the answers. ${byName}`;
    case "one-way":
      return `${allow} in both directions, and keep state for it.`;
    case "closed-at-once":
      return (alert?.by ?? closedBy) === "originator"
        ? `exempt ${host} from TLS inspection; a rule that only allows port ${port} is not enough.`
        : `let the server name ${name ?? address} through the filter that reads it.`;
    default:
      return null;
  }
}

const NAME_CAUSES = {
  nxdomain:
    "The name server says that there is no such name: a filter of names, or a resolver that does not reach Apple's.",
  sinkhole: "The name server answers with an address of nobody: a filter of names.",
  refused: "The name server refuses to answer: a filter of names, or a client that it does not serve.",
  servfail: "The name server failed: it does not reach Apple's, or validates what it cannot.",
  "no-data": "The name server answers without an address: a filter of names.",
} as const;

function nameParagraph(blocked: BlockedName, width: number, measure: Measure): string[] {
  const { name, client, how, responses, products } = blocked;
  const isRelay = name.startsWith("mask") && name.endsWith(".icloud.com");
  const advice = isRelay
    ? "none is missing where Private Relay is meant to be off: a negative answer for its names is how Apple wants it."
    : `let ${name} through the filter of names, with all that its aliases lead to.`;
  return [
    ...wrapText(`${name}, asked for by ${client}`, width, measure, "  "),
    ...labelled("for", products.length === 0 ? "a host of Apple's" : products.join(" or "), width, measure),
    ...labelled(
      "verdict",
      `name blocked, ${responses} ${responses === 1 ? "response" : "responses"}`,
      width,
      measure,
    ),
    ...labelled("cause", NAME_CAUSES[how], width, measure),
    ...labelled("rule", advice, width, measure),
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
