#!/usr/bin/env node
/** Entry point: loads the program from the bundle beside this file, whose name has the hash of its contents. */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import { CachedModules } from "./cached-modules.ts";

const FOLDER = import.meta.dirname;
const PROGRAM = /^start-.*\.cjs$/;

const name = readdirSync(FOLDER).find((file) => PROGRAM.test(file));
if (name === undefined) throw new Error(`${FOLDER} has no program: is it built?`);
const file = join(FOLDER, name);
const folder = cacheFolder(process.env);
// Each command has its own functions. Anything else uses those of the help.
const [, , first = ""] = process.argv;
const command = /^[a-z]{1,20}$/.test(first) ? first : "help";
const kept = folder === null ? null : join(folder, `${name}.${command}`);
new CachedModules(kept, {
  require: createRequire(file),
  import: (packageName) => import(packageName),
}).require(file);
