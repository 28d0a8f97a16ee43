/** What a page needs before it is served. */
import type { ListenAddress } from "../http/local-server.ts";
import type { Advice } from "../knowledge/advice/advice.ts";
import type { PageFiles } from "./page-files.ts";

/** Read before root is given up. */
export interface PageSetting {
  readonly address: ListenAddress;
  readonly files: PageFiles;
  /** null: one is generated. */
  readonly token: string | null;
  readonly advice: Advice;
}
