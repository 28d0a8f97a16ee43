/** The options of `appleflow live`, and how to capture accordingly. */
import type { Keep } from "../../history/roll-up.ts";
import type { ListenAddress } from "../../http/local-server.ts";
import type { Ring } from "../../packets/files/ring-files.ts";
import type { BackendName, LiveOptions, ProgramEnvironment } from "../../packets/live/live-source.ts";
import type { HistoryWriteOptions } from "../history-options.ts";
import type { ReadingCommandOptions } from "../reading-options.ts";
import type { WebOptions } from "./web-page.ts";

/** As commander passes them. */
export interface LiveCommandOptions extends ReadingCommandOptions, HistoryWriteOptions, WebOptions {
  /** Seconds. */
  readonly duration?: number;
  readonly count?: number;
  /** Seconds. */
  readonly interval?: number;
  readonly snaplen?: number;
  /** `--no-promiscuous` makes it false; undefined if neither is given. */
  readonly promiscuous?: boolean;
  readonly backend: BackendName | "auto";
  readonly save?: string;
  readonly ring?: Ring;
  readonly keep?: Keep;
  readonly output?: string;
  /** Where the metrics are served. */
  readonly metrics?: ListenAddress;
  readonly metricsDevices?: number;
  /** Remote capture sources. */
  readonly remote?: readonly string[];
  /** User that reads packets. */
  readonly user?: string;
}

/**
 * Names are in the first bytes of a flow; a ClientHello of two segments, which the card's driver may have merged, fits.
 * The kernel's buffer has a slot of this length for every packet: with whole packets, 256 slots, 20,000 packets per second
 * lost 2 % here during each report, and none with this length.
 */
export const DEFAULT_LIVE_SNAPLEN = 3_072;

/** How to capture. The process that keeps root and the one that reads packets get the same result. */
export function liveOptions(
  { evidence, promiscuous, save, snaplen }: LiveCommandOptions,
  env: ProgramEnvironment,
): LiveOptions {
  const length = snaplen ?? (save === undefined ? DEFAULT_LIVE_SNAPLEN : undefined);
  return {
    env,
    ...(promiscuous !== undefined && { promiscuous }),
    ...(!evidence && { processes: false }),
    ...(length !== undefined && { snaplen: length }),
  };
}
