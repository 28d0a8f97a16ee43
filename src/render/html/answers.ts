/** The overview: how much is Apple's, how certain that is, which products and devices, and what is blocked. */
import type { Summary } from "../../reports/traffic/summary.ts";
import { deviceLabel } from "../device-words.ts";
import { NOTHING_FAILED, NOTHING_TRIED, type ReachOutcome } from "../reach-outcome.ts";
import { formatBytes, formatCount, formatShare } from "../render-units.ts";
import { html, type Markup, named } from "./markup.ts";

/** Names listed after a number. */
const NAMED = 3;

/** One answer: the question, a number, and a few words. */
interface Answer {
  readonly question: string;
  readonly number: string;
  readonly words: Markup;
  readonly fails?: boolean;
}

/** The answers as a list. `outcome`: null without reach. */
export function answers(summary: Summary, outcome: ReachOutcome | null): Markup {
  const all = [
    ...amountAnswers(summary),
    ...(summary.options.evidence ? [productAnswer(summary), deviceAnswer(summary)] : []),
    ...(outcome === null ? [] : [reachAnswer(outcome)]),
  ];
  return html`<dl class="answers">
${all.map(
  ({
    question,
    number,
    words,
    fails = false,
  }) => html`<div${fails ? html` class="fails"` : html``}><dt>${question}</dt><dd><strong>${number}</strong>${words}</dd></div>
`,
)}</dl>
`;
}

function amountAnswers({ apple, capture }: Summary): readonly Answer[] {
  const { identified, unknownProduct, couldBe, withdrawn } = apple;
  const bytes = identified.bytes + unknownProduct.bytes;
  // As in the section of the same name: old copies of withdrawn products are still in use.
  const possible = couldBe.bytes + withdrawn.bytes;
  return [
    {
      question: "Apple's",
      number: formatShare(bytes, capture.bytes),
      words: html`${formatBytes(bytes)} of ${formatBytes(capture.bytes)}`,
    },
    {
      question: "Identified by product",
      number: formatShare(identified.exact, bytes),
      words: html`${formatBytes(identified.exact)} exactly one product's`,
    },
    {
      question: "Could also be Apple's",
      number: formatShare(possible, capture.bytes),
      words: html`${formatBytes(possible)}: only the port says so`,
    },
  ];
}

function productAnswer({ products }: Summary): Answer {
  const known = products.filter(({ identified }) => identified.flows > 0);
  const first = known.toSorted((a, b) => b.identified.bytes - a.identified.bytes).slice(0, NAMED);
  return {
    question: "Products named alone",
    number: formatCount(known.length),
    words:
      known.length === 0
        ? html`none`
        : listed(
            first.map(({ product }) => product),
            known.length,
          ),
  };
}

function deviceAnswer({ devices }: Summary): Answer {
  const apples = devices.filter(({ isApple }) => isApple === true).length;
  const shown = devices.slice(0, NAMED).map(deviceLabel);
  return {
    question: `Devices, ${formatCount(apples)} known to be Apple's`,
    number: formatCount(devices.length),
    words: devices.length === 0 ? html`none seen` : listed(shown, devices.length),
  };
}

function reachAnswer({ entries, failing, works }: ReachOutcome): Answer {
  const question = "Does not get through";
  if (entries.length === 0) return { question, number: "–", words: html`${NOTHING_TRIED}` };
  if (failing.length + works.length === 0) {
    const words = html`no clear outcome of ${formatCount(entries.length)} tried`;
    return { question, number: "–", words };
  }
  if (failing.length === 0) return { question, number: "0", words: html`${NOTHING_FAILED}` };
  const labels = failing.slice(0, NAMED).map(({ label }) => label);
  return {
    question,
    number: formatCount(failing.length),
    words: listed(labels, failing.length),
    fails: true,
  };
}

/** The first names of `count`. */
function listed(names: readonly string[], count: number): Markup {
  const more = count > names.length ? ` and ${formatCount(count - names.length)} more` : "";
  return html`${names.map((name, i) => (i === 0 ? named(name) : html`, ${named(name)}`))}${more}`;
}
