/** Colours and weights of text on a terminal: the sequences of ECMA-48, section 8.3.117 (SGR). */

type Paint = (text: string) => string;

/** The styles of text; identity functions without colours. */
export interface TextColors {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly inverse: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Ends both bold and dim. */
const NORMAL = 22;
const DEFAULT_COLOR = 39;

const ON: TextColors = {
  bold: paint(1, NORMAL),
  dim: paint(2, NORMAL),
  inverse: paint(7, 27),
  red: paint(31, DEFAULT_COLOR),
  green: paint(32, DEFAULT_COLOR),
  yellow: paint(33, DEFAULT_COLOR),
  cyan: paint(36, DEFAULT_COLOR),
};
const plain: Paint = (text) => text;
const OFF: TextColors = {
  bold: plain,
  dim: plain,
  inverse: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
};

/** The styles if a terminal shows them, or unchanged text. */
export function textColors(areShown: boolean): TextColors {
  return areShown ? ON : OFF;
}

/** Already styled text inside also ends with `end`: the outer style is resumed after it. */
function paint(begin: number, end: number): Paint {
  const on = `\u001b[${begin}m`;
  const off = `\u001b[${end}m`;
  const again = end === NORMAL ? `${off}${on}` : on;
  return (text) => `${on}${text.replaceAll(off, again)}${off}`;
}
