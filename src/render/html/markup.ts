/**
 * HTML as a value that text cannot be mistaken for: whatever is put into a template is escaped, unless it is markup itself. No
 * renderer escapes by hand, so none can forget to.
 */
import { escapeHtml } from "../render-escape.ts";

/** Markup of our own. Made by {@link html}. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Takes text as markup: a constant of the source, never anything of a capture. */
  static ofConstant(text: string): Markup {
    return new Markup(text);
  }
}

/** What a template may hold: texts and numbers, which are escaped, and markup. */
export type Content = string | number | Markup | readonly Markup[];

/** Markup with nothing in it. */
export const NOTHING = Markup.ofConstant("");

/** The tag of templates: `html\`<td>${name}</td>\``. Values may be hostile text; attributes have to be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0];
  for (const [i, value] of values.entries()) text += textOf(value) + strings[i + 1];
  return Markup.ofConstant(text);
}

/** A name that somebody else chose: its letters do not turn round those beside it. */
export function named(name: string): Markup {
  return html`<bdi>${name}</bdi>`;
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escapeHtml(String(value));
}
