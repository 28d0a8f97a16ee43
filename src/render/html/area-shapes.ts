/** Stacked areas as shapes: where each one lies. No line is drawn between what was measured. */

/** One area. */
export interface Area {
  /** A class of the stylesheet that fills. */
  readonly fill: string;
  /** Bytes of each column, from the left. */
  readonly bytes: readonly number[];
}

/** A drawing of areas. */
export interface AreaShapes {
  readonly width: number;
  readonly height: number;
  /** Bytes at the upper edge. */
  readonly top: number;
  /** From the bottom up: a class that fills, and the data of a path. */
  readonly shapes: readonly { readonly fill: string; readonly path: string }[];
}

const HEIGHT = 240;
/** About as wide as the chart on a desk: patterns keep their shape. */
const WIDTH = 960;

/** Lays the areas on one another, from the bottom up; all have as many columns. `room`: about how wide they are to be. */
export function areaShapes(areas: readonly Area[], room = WIDTH): AreaShapes {
  const count = areas[0]?.bytes.length ?? 0;
  const step = Math.max(1, Math.round(room / Math.max(1, count)));
  const highest = Array.from({ length: count }, (_, i) =>
    areas.reduce((sum, { bytes }) => sum + bytes[i], 0),
  );
  const top = roundUp(Math.max(1, ...highest));
  const height = (bytes: number) => HEIGHT - Math.round((bytes / top) * HEIGHT * 10) / 10;
  let below: readonly number[] = new Array<number>(count).fill(0);
  const shapes = areas.map(({ fill, bytes }) => {
    const above = below.map((sum, i) => sum + bytes[i]);
    const path = outline(below.map(height), above.map(height), step);
    below = above;
    return { fill, path };
  });
  return { width: count * step, height: HEIGHT, top, shapes };
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
