/** `live --web`: the page that shows what is monitored. */
import type { ReadingOptions } from "../../engine/reading-options.ts";
import { isLoopback } from "../../http/local-server.ts";
import { loadAdvice } from "../../knowledge/advice/load-advice.ts";
import { readTextFile } from "../../text-file.ts";
import { LivePage, type PageSetting } from "../../web/live-page.ts";
import { readPageFiles } from "../../web/page-files.ts";
import { reasonOf } from "../descriptor-output.ts";
import { UsageError } from "../environment.ts";
import type { LiveCommandOptions } from "./live-options.ts";

/** A free port, for this machine alone. */
const DEFAULT_ADDRESS = { host: "127.0.0.1", port: 0 };
/** What can stand in a cookie, and is not guessed. */
const TOKEN = /^[\w-]{20,256}$/;

/** What the page needs of files, and of modules that are loaded late, read while everything can be; null where no page is asked for. Throws `UsageError`. */
export async function pageSetting({
  web,
  webTokenFile,
  open,
}: LiveCommandOptions): Promise<PageSetting | null> {
  if (web === undefined) {
    const [name] = [webTokenFile === undefined ? [] : ["--web-token-file"], open ? ["--open"] : []].flat();
    if (name !== undefined) throw new UsageError(`${name} has no meaning without --web`);
    return null;
  }
  const address = web === true ? DEFAULT_ADDRESS : web;
  if (!isLoopback(address.host) && webTokenFile === undefined) {
    throw new UsageError(
      `--web ${address.host}: others can reach this address; name a file with a token of yours by --web-token-file`,
    );
  }
  const token = webTokenFile === undefined ? null : readTextFile(webTokenFile, webTokenFile).trim();
  if (token !== null && !TOKEN.test(token)) {
    throw new UsageError(`${webTokenFile}: a token is 20 to 256 letters, digits, "-" and "_"`);
  }
  // The report of a capture that is dropped.
  await import("../../render/html/summary-page.ts");
  return { address, files: readPageFiles(), token, advice: loadAdvice() };
}

/** Begins to serve. Throws `UsageError` where that cannot be. */
export async function openPage(setting: PageSetting, reading: ReadingOptions): Promise<LivePage> {
  try {
    return await LivePage.open(setting, reading);
  } catch (error) {
    const { host, port } = setting.address;
    throw new UsageError(`--web ${host}:${port}: ${reasonOf(error)}`);
  }
}
