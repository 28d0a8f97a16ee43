/** What the bundle of the program needs beyond bundling, so that it starts fast. Figures: bench/README.md. */
import { readFileSync } from "node:fs";
import type { Plugin } from "rolldown";

/** Packages that are part of the program's bundle. */
export const BUNDLED_PACKAGES = ["commander"];

/** Node's own modules are loaded at their first use: most runs never come to use sockets, compression or a terminal. */
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
 * What is compiled from a string has no `import()` of its own: in Node 20 it is an experiment, and lost in code that was kept. What
 * runs the bundle (`src/cli/cached-modules.ts`) hands its own over.
 */
export function importsByLoader(): Plugin {
  return {
    name: "imports-by-loader",
    renderChunk: (code) => code.replaceAll(/\bimport\((?=")/g, "import$("),
  };
}

/** In ASCII a source has one byte for each character in V8's memory, and none of it has to be decoded. */
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
 * Makes of each file a function of what a module of CommonJS is given, and of `import$`: `src/cli/cached-modules.ts` compiles it as it is
 * on the disk, without a copy of it in memory.
 */
export function asFunction(): Plugin {
  return {
    name: "as-function",
    renderChunk: (code) =>
      `(function (exports, require, module, __filename, __dirname, import$) {${code}\n})`,
  };
}

/** commander could start commands that are programs of their own; ours are none, and what starts programs takes long to load. */
export function withoutProcesses(): Plugin {
  return {
    name: "without-processes",
    transform(code, id) {
      return id.includes("/commander/") ? code.replace("require('node:child_process')", "{}") : null;
    },
  };
}

/** The licences of the packages in the bundle, beside it: they ask to go with every copy. */
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
