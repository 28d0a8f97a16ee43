/** String literals, template texts and regular expressions in code: everything except names and comments. */
import { parseAst } from "rolldown/parseAst";

export interface SourceLiteral {
  /** Line number in the file, from 1. */
  readonly line: number;
  /** Evaluated text; for a regular expression, its source. */
  readonly text: string;
}

/** Returns the literals of a TypeScript file, except names of imported modules. */
export function literalsOf(code: string): SourceLiteral[] {
  const found: SourceLiteral[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    else if (isRecord(node)) {
      const { type, source, ...rest } = node;
      const text = textOf(node);
      if (text !== null) found.push({ line: lineOf(code, Number(node.start)), text });
      else {
        // The name of a module is the `source` of an import or export.
        if (!/^(Import|Export)/.test(String(type))) visit(source);
        for (const part of Object.values(rest)) visit(part);
      }
    }
  };
  visit(parseAst(code, { lang: "ts" }).body);
  return found;
}

function textOf({ type, value, regex }: Readonly<Record<string, unknown>>): string | null {
  if (type === "TemplateElement") return isRecord(value) ? String(value.cooked) : null;
  if (type !== "Literal") return null;
  if (isRecord(regex)) return String(regex.pattern);
  return typeof value === "string" ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function lineOf(code: string, offset: number): number {
  return code.slice(0, offset).split("\n").length;
}
