/**
 * The public interface in the package's declarations: the exports of each entry, and the types of ours that occur in them. It
 * queries the compiler, which is a separate process.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Identifier, Node, QualifiedName } from "typescript/unstable/ast";
import {
  isExportDeclaration,
  isExportSpecifier,
  isExpressionWithTypeArguments,
  isIdentifier,
  isImportTypeNode,
  isQualifiedName,
  isTypeReferenceNode,
} from "typescript/unstable/ast/is";
import { API, type Symbol as CompilerSymbol, type Project, SymbolFlags } from "typescript/unstable/sync";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DIST = join(ROOT, "dist/");

/** One name that an entry exports. */
export interface PublicName {
  readonly name: string;
  /** A function, or an exported class: something that is called. */
  readonly isCalled: boolean;
  /** The text of its TSDoc before the first tag; "" if it has none. */
  readonly documentation: string;
  readonly examples: readonly string[];
}

export interface PublicEntry {
  /** Import specifier: "appleflow/render". */
  readonly specifier: string;
  readonly names: readonly PublicName[];
  /** Types of ours that the entry exports, as "types/engine/monitor-options.d.ts LiveView". */
  readonly exported: ReadonlySet<string>;
  /** Types of ours that occur in its exports at any depth, with the place of first use. */
  readonly mentioned: ReadonlyMap<string, string>;
}

/** Returns the entries of package.json that have declarations. */
export function entriesOfPackage(): { readonly specifier: string; readonly types: string }[] {
  const manifest: { exports: Record<string, string | { types: string }> } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  return Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === "string"
      ? []
      : [{ specifier: `appleflow${path.slice(1)}`, types: join(ROOT, target.types) }],
  );
}

/** Reads the declarations in `dist/types`. */
export function readPublicInterface(): PublicEntry[] {
  const entries = entriesOfPackage();
  const folder = mkdtempSync(join(tmpdir(), "appleflow-declarations-"));
  const api = new API({ cwd: ROOT });
  try {
    const config = join(folder, "tsconfig.json");
    const typeRoots = [join(ROOT, "node_modules/@types")];
    const compilerOptions = { module: "nodenext", strict: true, types: ["node"], typeRoots, noEmit: true };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: entries.map(({ types }) => types) }));
    const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
    return entries.map(({ specifier, types }) => readEntry(project, specifier, types));
  } finally {
    api.close();
    rmSync(folder, { recursive: true });
  }
}

function readEntry(project: Project, specifier: string, types: string): PublicEntry {
  const { checker, program } = project;
  const file = program.getSourceFile(types);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${types} is no module`);
  const symbols = checker.getExportsOfModule(module);
  const mentioned = new Map<string, string>();
  for (const symbol of symbols) collectMentioned(project, aliased(project, symbol), specifier, mentioned);
  return {
    specifier,
    names: symbols.map((symbol) => describe(project, symbol)),
    exported: new Set(symbols.map((symbol) => keyOf(aliased(project, symbol)))),
    mentioned,
  };
}

function describe(project: Project, symbol: CompilerSymbol): PublicName {
  const { checker } = project;
  const meant = aliased(project, symbol);
  const tags = meant.getJsDocTags(checker);
  return {
    name: symbol.name,
    isCalled:
      (meant.flags & (SymbolFlags.Function | SymbolFlags.Class)) !== 0 && !isTypeOnly(project, symbol),
    documentation: meant.getDocumentationComment(checker),
    examples: tags.filter(({ name }) => name === "example").map(({ text }) => text ?? ""),
  };
}

/** Visits each type named in a declaration, recursively. Private members have no types here. */
function collectMentioned(
  project: Project,
  symbol: CompilerSymbol,
  from: string,
  mentioned: Map<string, string>,
): void {
  const key = keyOf(symbol);
  if (mentioned.has(key)) return;
  mentioned.set(key, from);
  const walk = (node: Node): undefined => {
    const name = nameOfType(node);
    const named = name === null ? undefined : project.checker.getSymbolAtLocation(name);
    const target = named === undefined ? null : aliased(project, named);
    if (target !== null && isOurs(target)) collectMentioned(project, target, key, mentioned);
    node.forEachChild(walk);
  };
  for (const declaration of symbol.declarations) {
    const node = declaration.resolve(project);
    if (node !== undefined) walk(node);
  }
}

/** Returns the name by which a node refers to a type, or null for other nodes. */
function nameOfType(node: Node): Identifier | null {
  let name: Node | undefined;
  if (isTypeReferenceNode(node)) name = node.typeName;
  else if (isExpressionWithTypeArguments(node)) name = node.expression;
  else if (isImportTypeNode(node)) name = node.qualifier;
  if (name === undefined) return null;
  if (isQualifiedName(name)) return (name as QualifiedName).right;
  return isIdentifier(name) ? name : null;
}

/** Returns whether a name is exported by `export type`, so that it has no value. */
function isTypeOnly(project: Project, { declarations }: CompilerSymbol): boolean {
  const node = declarations[0]?.resolve(project);
  if (node === undefined || !isExportSpecifier(node)) return false;
  const statement = node.parent.parent;
  return node.isTypeOnly || (isExportDeclaration(statement) && statement.isTypeOnly);
}

function aliased({ checker }: Project, symbol: CompilerSymbol): CompilerSymbol {
  return (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function isOurs({ flags, declarations }: CompilerSymbol): boolean {
  return (flags & SymbolFlags.TypeParameter) === 0 && declarations[0]?.path.startsWith(DIST) === true;
}

function keyOf({ name, declarations }: CompilerSymbol): string {
  return `${declarations[0].path.slice(DIST.length)} ${name}`;
}
