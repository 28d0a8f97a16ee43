/** Stacked areas as shapes and positions. Nothing is interpolated between measurements. */

/** One area. */
export interface Area {
  /** A fill class of the stylesheet. */
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
  /** From the bottom up: a fill class, and the data of a path. */
  readonly shapes: readonly { readonly fill: string; readonly path: string }[];
}

const HEIGHT = 240;
/** About the chart's width on a desktop: patterns keep their shape. */
const WIDTH = 960;

/** Stacks the areas, from the bottom up; all have the same number of columns. `room`: their approximate width. */
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

/** The path around an area: along its upper edge, and back along the lower one. Empty if the area is. */
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

/** The next number of one digit (or 2.5) and zeros, so that the top and middle of an axis are readable. */
function roundUp(number: number): number {
  const unit = 10 ** Math.floor(Math.log10(number));
  const factor = [1, 2, 4, 5, 10].find((one) => one * unit >= number) ?? 10;
  return factor * unit;
}
