/** `appleflow live` started by root: this process stays root and reads no packets; another one reads them. */
import { keepFor } from "../../packets/live/capture-keeper.ts";
import { findDefaultInterface } from "../../packets/live/default-route.ts";
import type { StartOrder } from "../../packets/live/keeper-messages.ts";
import { chooseDevices } from "../../packets/live/live-devices.ts";
import { BACKEND_NAMES, type BackendName, type SourceKind } from "../../packets/live/live-source.ts";
import { waysOf } from "../../packets/live/open-by.ts";
import type { RunAs } from "../../packets/live/run-as.ts";
import { catchEndSignals, STATUS_BY_SIGNAL } from "../end-signals.ts";
import type { Environment } from "../environment.ts";
import { type LiveCommandOptions, liveOptions } from "./live-options.ts";

/** Runs the command as `user`; returns its exit status. */
export async function runKept(
  user: RunAs,
  names: readonly string[],
  options: LiveCommandOptions,
  { argv, env, stderr }: Environment,
): Promise<number> {
  const live = liveOptions(options, env);
  const findProgram = async ({ backend, interfaceName, args }: StartOrder) => {
    if (!isBackend(backend)) return null;
    const devices = await chooseDevices(names, options.backend, live, () => findDefaultInterface(env));
    if (!devices.names.includes(interfaceName)) return null;
    const asked = JSON.stringify(args);
    const ways = await waysOf(backend, interfaceName, live);
    return ways.find(({ program }) => JSON.stringify(program.args) === asked)?.program ?? null;
  };
  const { status, signal } = await keepFor(user, argv, findProgram, env, catchEndSignals);
  if (status !== null) return status;
  stderr.write(`appleflow: the process that reads packets was terminated by ${signal}\n`);
  return signal !== null && signal in STATUS_BY_SIGNAL
    ? STATUS_BY_SIGNAL[signal as keyof typeof STATUS_BY_SIGNAL]
    : STATUS_KILLED;
}

function isBackend(kind: SourceKind): kind is BackendName {
  return (BACKEND_NAMES as readonly SourceKind[]).includes(kind);
}

/** The status that shells report for a program ended by SIGKILL. */
const STATUS_KILLED = 137;
