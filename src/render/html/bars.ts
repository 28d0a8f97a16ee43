/** Bars: one that is divided into parts of a whole, and small ones in table rows. Colours are classes of the stylesheet. */
import { html, type Markup, NOTHING } from "./markup.ts";

/** A part of a divided bar. */
export interface BarPart {
  /** A fill class of the stylesheet: "c-identified". */
  readonly fill: string;
  readonly bytes: number;
}

/** Fills with stripes: known by port alone. */
export const HATCHED = "c-could-be";

const UNITS = 1000;
/** The smallest part that is visible; 0 is not drawn. */
const LEAST_UNITS = 2;

/** The whole as one bar, by its parts in order; `label`: text alternative. The numbers are in a table beside it. */
export function dividedBar(parts: readonly BarPart[], label: string): Markup {
  const whole = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const widths = parts.map(({ bytes }) =>
    bytes === 0 ? 0 : Math.max(LEAST_UNITS, Math.round((bytes / whole) * UNITS)),
  );
  const total = Math.max(
    1,
    widths.reduce((sum, width) => sum + width, 0),
  );
  let x = 0;
  const shapes = parts.map(({ fill }, i) => {
    const shape = widths[i] === 0 ? NOTHING : rectangle(fill, x, widths[i]);
    x += widths[i];
    return shape;
  });
  return html`<svg class="divided" role="img" aria-label="${label}" viewBox="0 0 ${total} 10" preserveAspectRatio="none">${shapes}</svg>
`;
}

/** A bar as long as `part` of the largest, 0 to 1. */
export function rowBar(part: number, fill: string): Markup {
  const width = part <= 0 ? 0 : Math.max(LEAST_UNITS, Math.round(part * UNITS));
  return html`<svg class="bar" aria-hidden="true" viewBox="0 0 ${UNITS} 10" preserveAspectRatio="none">${rectangle(fill, 0, width)}</svg>`;
}

/** A colour of the legend. */
export function swatch(fill: string): Markup {
  return html`<svg class="swatch" aria-hidden="true" viewBox="0 0 10 10">${rectangle(fill, 0, 10)}</svg>`;
}

function rectangle(fill: string, x: number, width: number): Markup {
  return html`<rect class="${fill}" x="${x}" width="${width}" height="10"/>`;
}
