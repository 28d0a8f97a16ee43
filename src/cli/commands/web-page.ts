/** The options of commands that serve a page: where it listens, and who may see it. */
import type { Command } from "commander";
import type { ReadingOptions } from "../../engine/reading-options.ts";
import { reasonOf } from "../../errors.ts";
import { folderHistory } from "../../history/history-place.ts";
import { isLoopback, type ListenAddress } from "../../http/local-server.ts";
import { loadAdvice } from "../../knowledge/advice/load-advice.ts";
import { readTextFile } from "../../text-file.ts";
import { LivePage } from "../../web/live-page.ts";
import { type PageOffer, readPageFiles } from "../../web/page-files.ts";
import type { PageSetting } from "../../web/page-setting.ts";
import { UsageError } from "../environment.ts";
import { parseListenAddress } from "../option-parsers.ts";

/** As commander passes them. */
export interface WebOptions {
  /** Address to serve the page at; true: any free port. */
  readonly web?: ListenAddress | true;
  readonly webTokenFile?: string;
  /** Opens the page in the desktop's browser. */
  readonly open?: boolean;
}

/** A free port, for this machine only. */
const DEFAULT_ADDRESS = { host: "127.0.0.1", port: 0 };
/** Characters allowed in a cookie, long enough not to be guessed. */
const TOKEN = /^[\w-]{20,256}$/;

/** Adds `--web`, `--web-token-file` and `--open`. `does`: purpose of the first; `needs`: condition for the others. */
export function addWebOptions(command: Command, does: string, needs: string): Command {
  return command
    .option(
      "--web [[host:]port]",
      `${does} (default: a free port, for this machine only)`,
      parseListenAddress,
    )
    .option("--web-token-file <file>", `${needs}a file with the access token`)
    .option("--open", `${needs}open the page in the browser`);
}

/** For a page that is served only with `--web`: null without it. Throws `UsageError`. */
export async function askedPageSetting(options: WebOptions, offer: PageOffer): Promise<PageSetting | null> {
  const { web, webTokenFile, open } = options;
  if (web !== undefined) return await pageSetting(options, offer);
  const [name] = [webTokenFile === undefined ? [] : ["--web-token-file"], open ? ["--open"] : []].flat();
  if (name !== undefined) throw new UsageError(`${name} needs --web`);
  return null;
}

/** Reads the files and late modules that the page needs, while everything is still readable. Throws `UsageError`. */
export async function pageSetting(
  { web = true, webTokenFile }: WebOptions,
  offer: PageOffer,
): Promise<PageSetting> {
  const address = web === true ? DEFAULT_ADDRESS : web;
  if (!isLoopback(address.host) && webTokenFile === undefined) {
    throw new UsageError(
      `--web ${address.host}: others can reach this address: give a token of your own with --web-token-file`,
    );
  }
  const token = webTokenFile === undefined ? null : readTextFile(webTokenFile, webTokenFile).trim();
  if (token !== null && !TOKEN.test(token)) {
    throw new UsageError(`${webTokenFile}: a token is 20 to 256 letters, digits, "-" and "_"`);
  }
  // For the report of a dropped capture.
  await import("../../render/html/summary-page.ts");
  return { address, files: readPageFiles(offer), token, advice: loadAdvice() };
}

/** Starts serving live results; a history can be queried with one thread, as packets have priority. Throws like `served`. */
export async function openLivePage(
  setting: PageSetting,
  reading: ReadingOptions,
  folder: string | undefined,
): Promise<LivePage> {
  const history = folder === undefined ? null : folderHistory(folder, { threads: 1 });
  return await served(setting, () => LivePage.open(setting, reading, history));
}

/** Starts serving, by `open`. Throws `UsageError` if nothing can listen there. */
export async function served<T>({ address }: PageSetting, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw new UsageError(`--web ${address.host}:${address.port}: ${reasonOf(error)}`);
  }
}
