/** The options of `appleflow live`, and how to capture as they say. */
import type { Keep } from "../../history/roll-up.ts";
import type { ListenAddress } from "../../http/local-server.ts";
import type { Ring } from "../../packets/files/ring-files.ts";
import type { BackendName, LiveOptions, ProgramEnvironment } from "../../packets/live/live-source.ts";
import type { HistoryWriteOptions } from "../history-options.ts";
import type { ReadingCommandOptions } from "../reading-options.ts";
import type { WebOptions } from "./web-page.ts";

/** As commander hands them over. */
export interface LiveCommandOptions extends ReadingCommandOptions, HistoryWriteOptions, WebOptions {
  /** Seconds. */
  readonly duration?: number;
  readonly count?: number;
  /** Seconds. */
  readonly interval?: number;
  readonly snaplen?: number;
  /** `--no-promiscuous` makes it false; undefined where neither is given. */
  readonly promiscuous?: boolean;
  readonly backend: BackendName | "auto";
  readonly save?: string;
  readonly ring?: Ring;
  readonly keep?: Keep;
  readonly output?: string;
  /** Where a monitoring system reads. */
  readonly metrics?: ListenAddress;
  readonly metricsDevices?: number;
  /** Places elsewhere to capture on. */
  readonly remote?: readonly string[];
  /** Whom to read packets as. */
  readonly user?: string;
}

/**
 * Names stand in the first bytes of a flow; a client hello of two segments, which the card's driver may have merged, has
 * room. The kernel's buffer has a place of this length for every packet: with all bytes of a packet, 256 places, 20,000
 * packets per second lost 2 % here whenever a report was made, and none with this.
 */
export const DEFAULT_LIVE_SNAPLEN = 3_072;

/** How to capture. Who keeps root and who reads packets come to the same answer. */
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
