/** Inserts a counter into each block of a TypeScript source: bodies, branches, and conditionally evaluated operands. */
import { type ESTree, parseSync, Visitor } from "rolldown/utils";

/** An instrumented source. */
export interface Instrumented {
  readonly code: string;
  /** As in `CoveredFile`. */
  readonly functions: readonly number[];
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}
type SyntaxNode = Span & { readonly type: string };
type Body = SyntaxNode & { readonly body?: unknown };

const SHORTEST_TEXT = 2;
const LONGEST_TEXT = 32;
const SMALLEST_NUMBER = 256;
const LARGEST_NUMBER = 0xffff_ffff;
const LEAVES = new Set(["ReturnStatement", "ThrowStatement", "ContinueStatement", "BreakStatement"]);

/**
 * @param first number of the first block
 * @param counters name of the counting array, which must be in scope
 */
export function instrument(code: string, first: number, counters: string): Instrumented {
  const edits = new Edits(code);
  const functions: number[] = [];
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const owners: number[] = [];
  const count = (): string => {
    functions.push(owners.at(-1) ?? -1);
    return `${counters}[${first + functions.length - 1}]++`;
  };
  const expression = (node: Span) => edits.wrap(node, `(${count()},`, ")");
  const statement = (node: SyntaxNode) => {
    if (node.type === "BlockStatement")
      edits.wrap({ start: node.start + 1, end: node.start + 1 }, `${count()};`, "");
    else edits.wrap(node, `{${count()};`, "}");
  };
  const enter = ({ body }: { readonly body: Body | null }) => {
    // Overloads and abstract methods have no body.
    owners.push(body === null ? -1 : first + functions.length);
    if (body === null) return;
    if (body.type === "BlockStatement") statement(body);
    else expression(body);
  };
  const leave = () => void owners.pop();
  const loop = ({ body }: { readonly body: SyntaxNode }) => statement(body);
  const visitor = new Visitor({
    FunctionDeclaration: enter,
    "FunctionDeclaration:exit": leave,
    FunctionExpression: enter,
    "FunctionExpression:exit": leave,
    ArrowFunctionExpression: enter,
    "ArrowFunctionExpression:exit": leave,
    IfStatement: (node) => {
      // An insertion after it encloses one at the same position, the end of its branch.
      if (node.alternate === null && leaves(node.consequent)) edits.append(node.end, `${count()};`);
      statement(node.consequent);
      if (node.alternate !== null) statement(node.alternate);
    },
    ConditionalExpression: ({ consequent, alternate }) => {
      expression(consequent);
      expression(alternate);
    },
    LogicalExpression: ({ right }) => expression(right),
    ForStatement: loop,
    ForInStatement: loop,
    ForOfStatement: loop,
    WhileStatement: loop,
    DoWhileStatement: loop,
    CatchClause: loop,
    SwitchCase: ({ consequent: [statement] }) => {
      if (statement !== undefined)
        edits.wrap({ start: statement.start, end: statement.start }, `${count()};`, "");
    },
    Literal: ({ value }) => {
      if (typeof value === "string" && value.length >= SHORTEST_TEXT && value.length <= LONGEST_TEXT)
        texts.add(value);
      if (Number.isInteger(value) && Number(value) >= SMALLEST_NUMBER && Number(value) <= LARGEST_NUMBER) {
        numbers.add(Number(value));
      }
    },
  });
  visitor.visit(parseSync("source.ts", code).program);
  return { code: edits.apply(), functions, texts: [...texts], numbers: [...numbers] };
}

/** Whether the code after a statement is not reached through it. */
function leaves(node: ESTree.Statement): boolean {
  const last = node.type === "BlockStatement" ? node.body.at(-1) : node;
  return last !== undefined && LEAVES.has(last.type);
}

/** Insertions, which nest like the code they enclose. */
class Edits {
  readonly #code: string;
  /** In the order in which nodes are entered: outer ones first. */
  readonly #before = new Map<number, string>();
  readonly #behind = new Map<number, string>();

  constructor(code: string) {
    this.#code = code;
  }

  wrap({ start, end }: Span, before: string, behind: string): void {
    this.#before.set(start, (this.#before.get(start) ?? "") + before);
    this.append(end, behind);
  }

  append(at: number, text: string): void {
    this.#behind.set(at, text + (this.#behind.get(at) ?? ""));
  }

  apply(): string {
    const places = [...new Set([...this.#before.keys(), ...this.#behind.keys()])].sort((a, b) => a - b);
    let result = "";
    let cursor = 0;
    for (const at of places) {
      result += this.#code.slice(cursor, at) + (this.#behind.get(at) ?? "") + (this.#before.get(at) ?? "");
      cursor = at;
    }
    return result + this.#code.slice(cursor);
  }
}
