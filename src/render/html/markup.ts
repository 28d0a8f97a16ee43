/**
 * HTML as a value distinct from text: everything that is inserted into a template is escaped, unless it is markup itself. No
 * renderer escapes by hand, so none can forget it.
 */
import { escapeHtml } from "../render-escape.ts";

/** Trusted markup. Made by {@link html}. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Marks text as markup: only for constants of the source, never for contents of a capture. */
  static ofConstant(text: string): Markup {
    return new Markup(text);
  }
}

/** Values that a template may contain: texts and numbers, which are escaped, and markup. */
export type Content = string | number | Markup | readonly Markup[];

/** Empty markup. */
export const NOTHING = Markup.ofConstant("");

/** The tag of templates: `html\`<td>${name}</td>\``. Values may be hostile text; attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0];
  for (const [i, value] of values.entries()) text += textOf(value) + strings[i + 1];
  return Markup.ofConstant(text);
}

/** A name chosen by others: isolated, so that its letters do not reverse neighbouring text. */
export function named(name: string): Markup {
  return html`<bdi>${name}</bdi>`;
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escapeHtml(String(value));
}
