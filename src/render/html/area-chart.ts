/** Stacked areas over time. Each column of the chart is as high as its traffic: nothing is interpolated between measurements. */
import { formatBytes } from "../render-units.ts";
import { type Area, areaShapes } from "./area-shapes.ts";
import { html, type Markup, NOTHING } from "./markup.ts";

/** A chart before it is drawn. */
export interface AreaChart {
  /** From the bottom up; all have as many columns. */
  readonly areas: readonly Area[];
  /** Text alternative of the chart. */
  readonly label: string;
  /** Labels of the axis, evenly spaced from its left end to its right end. */
  readonly times: readonly string[];
}

/** The chart with its axes. Texts are not part of the drawing, so they keep their size on a narrow page. */
export function areaChart({ areas, label, times }: AreaChart): Markup {
  const { width, height, top, shapes } = areaShapes(areas);
  const drawn = shapes.map(({ fill, path }) => html`<path class="${fill}" d="${path}"/>`);
  const lines = [0, 1, 2].map((line) => html`<path class="grid" d="M0 ${(line * height) / 2}h${width}"/>`);
  return html`<div class="chart">
<div class="y" aria-hidden="true"><span>${formatBytes(top)}</span><span>${formatBytes(top / 2)}</span><span>0</span></div>
<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${lines}${drawn}</svg>
<div class="x" aria-hidden="true">${times.map((time) => html`<span>${time}</span>`)}</div>
</div>
`;
}

/** The stripes that fill areas and bars, once per page. */
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
