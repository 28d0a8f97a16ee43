/** Stacked areas over time. Each column of the chart is as high as what moved in it: no line is drawn between what was measured. */
import { formatBytes } from "../render-units.ts";
import { html, type Markup, NOTHING } from "./markup.ts";

/** One area. */
export interface Area {
  /** A class of the stylesheet that fills. */
  readonly fill: string;
  /** Bytes of each column, from the left. */
  readonly bytes: readonly number[];
}

/** A chart before it is drawn. */
export interface AreaChart {
  /** From the bottom up; all have as many columns. */
  readonly areas: readonly Area[];
  /** What the chart shows, for who cannot see it. */
  readonly label: string;
  /** Below the axis, evenly spaced from its left end to its right end. */
  readonly times: readonly string[];
}

const HEIGHT = 240;
/** About as wide as the chart on a desk: patterns keep their shape. */
const WIDTH = 960;

/** The chart with its axes. The letters are no part of the drawing, so they keep their size on a narrow page. */
export function areaChart({ areas, label, times }: AreaChart): Markup {
  const count = areas[0]?.bytes.length ?? 0;
  const step = Math.max(1, Math.round(WIDTH / Math.max(1, count)));
  const highest = Array.from({ length: count }, (_, i) =>
    areas.reduce((sum, { bytes }) => sum + bytes[i], 0),
  );
  const top = roundUp(Math.max(1, ...highest));
  const height = (bytes: number) => HEIGHT - Math.round((bytes / top) * HEIGHT * 10) / 10;
  let below: readonly number[] = new Array<number>(count).fill(0);
  const shapes: Markup[] = [];
  for (const { fill, bytes } of areas) {
    const above = below.map((sum, i) => sum + bytes[i]);
    shapes.push(html`<path class="${fill}" d="${outline(below.map(height), above.map(height), step)}"/>`);
    below = above;
  }
  const lines = [0, 1, 2].map(
    (line) => html`<path class="grid" d="M0 ${(line * HEIGHT) / 2}h${count * step}"/>`,
  );
  return html`<div class="chart">
<div class="y" aria-hidden="true"><span>${formatBytes(top)}</span><span>${formatBytes(top / 2)}</span><span>0</span></div>
<svg role="img" aria-label="${label}" viewBox="0 0 ${count * step} ${HEIGHT}" preserveAspectRatio="none">${lines}${shapes}</svg>
<div class="x" aria-hidden="true">${times.map((time) => html`<span>${time}</span>`)}</div>
</div>
`;
}

/** The path round an area: along its upper edge, and back along the lower one. Nothing where it is empty. */
function outline(lower: readonly number[], upper: readonly number[], step: number): string {
  let path = `M0 ${lower[0] ?? HEIGHT}`;
  let y = lower[0] ?? HEIGHT;
  const go = (x: number, to: number) => {
    if (to === y) return;
    path += `H${x}V${to}`;
    y = to;
  };
  for (let i = 0; i < upper.length; i++) go(i * step, upper[i]);
  for (let i = lower.length - 1; i >= 0; i--) go((i + 1) * step, lower[i]);
  return `${path}H0z`;
}

/** The next number of one digit (or 2.5) and zeros: the top of an axis, and its middle, can be read. */
function roundUp(number: number): number {
  const unit = 10 ** Math.floor(Math.log10(number));
  const factor = [1, 2, 4, 5, 10].find((one) => one * unit >= number) ?? 10;
  return factor * unit;
}

/** The stripes that areas and bars are filled with, once for a page. */
export function stripes(): Markup {
  return html`<svg class="defs" aria-hidden="true" width="0" height="0"><defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="stripe-ground" width="6" height="6"/><rect class="stripe" width="2.5" height="6"/></pattern></defs></svg>
`;
}

/** A legend, in the order of the areas from the top down. */
export function legend(entries: readonly { readonly mark: Markup; readonly text: Markup }[]): Markup {
  if (entries.length === 0) return NOTHING;
  return html`<ul class="legend">${entries.map(({ mark, text }) => html`<li>${mark}${text}</li>`)}</ul>
`;
}
