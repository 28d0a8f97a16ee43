/** Additional steps for the program's bundle, which make it start fast. Figures: bench/README.md. */
import { readFileSync } from "node:fs";
import type { Plugin } from "rolldown";

/** Packages that are part of the program's bundle. */
export const BUNDLED_PACKAGES = ["commander"];

/** Node's own modules are loaded at their first use: most runs never use sockets, compression or a terminal. */
export function lazyBuiltins(): Plugin {
  return {
    name: "lazy-builtins",
    renderChunk(code) {
      let lazy = code;
      const getters: string[] = [];
      for (const [line, name, builtin] of code.matchAll(/^let (\w+) = require\("(node:[\w/]+)"\);\n/gm)) {
        const [namespace = "", helper] =
          new RegExp(`^${name} = ([\\w$.]*__toESM)\\(${name}, 1\\);\n`, "m").exec(code) ?? [];
        const load = helper === undefined ? `require("${builtin}")` : `${helper}(require("${builtin}"), 1)`;
        lazy = lazy
          .replace(namespace, "")
          .replace(line, "")
          .replaceAll(new RegExp(`\\b${name}\\b`, "g"), `builtins$.${name}`);
        getters.push(`get ${name}() { return builtinAt$("${name}", ${load}); }`);
      }
      if (getters.length === 0) return code;
      const head = [
        `const builtins$ = { ${getters.join(", ")} };`,
        "function builtinAt$(name, value) { Object.defineProperty(builtins$, name, { value }); return value; }",
      ];
      return lazy.replace(/^(?!#!)/m, `${head.join("\n")}\n`);
    },
  };
}

/**
 * Code compiled from a string has no `import()` of its own: in Node 20 it is experimental, and lost in stored compiled code.
 * The runner of the bundle (`src/cli/cached-modules.ts`) passes its own.
 */
export function importsByLoader(): Plugin {
  return {
    name: "imports-by-loader",
    renderChunk: (code) => code.replaceAll(/\bimport\((?=")/g, "import$("),
  };
}

/** An ASCII source takes one byte per character in V8's memory, and needs no decoding. */
export function asciiOnly(): Plugin {
  return {
    name: "ascii-only",
    renderChunk(code) {
      if (/String\.raw`[^`]*[\u0080-\uffff]/.test(code)) throw new Error("String.raw would show the escape");
      return code.replace(
        /[\u0080-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    },
  };
}

/**
 * Makes each file a function with the parameters of a CommonJS module, and `import$`: `src/cli/cached-modules.ts` compiles it
 * as it is on disk, without copying it in memory.
 */
export function asFunction(): Plugin {
  return {
    name: "as-function",
    renderChunk: (code) =>
      `(function (exports, require, module, __filename, __dirname, import$) {${code}\n})`,
  };
}

/** commander can start commands that are separate programs; ours are not, and the module that starts programs loads slowly. */
export function withoutProcesses(): Plugin {
  return {
    name: "without-processes",
    transform(code, id) {
      return id.includes("/commander/") ? code.replace("require('node:child_process')", "{}") : null;
    },
  };
}

/** Writes the licences of the bundled packages beside the bundle: they must accompany every copy. */
export function licences(fileName: string): Plugin {
  return {
    name: "licences",
    generateBundle() {
      const texts = BUNDLED_PACKAGES.map(
        (name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8")}`,
      );
      this.emitFile({ type: "asset", fileName, source: texts.join("\n") });
    },
  };
}
