#!/usr/bin/env node
/** The command: loads the program from the bundle beside this file, whose name has the hash of what it holds. */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache-folder.ts";
import { CachedModules } from "./cached-modules.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const PROGRAM = /^start-.*\.cjs$/;

const name = readdirSync(FOLDER).find((file) => PROGRAM.test(file));
if (name === undefined) throw new Error(`${FOLDER} has no program: is it built?`);
const file = join(FOLDER, name);
const folder = cacheFolder(process.env);
if (folder === null) createRequire(file)(file);
else new CachedModules(folder).require(file);
