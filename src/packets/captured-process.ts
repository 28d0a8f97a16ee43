/** Processes that a source names beside its packets. */

/** One process of the host that captured. */
export interface ProcessIdentity {
  /** Hostile text, which captures cut; never empty. */
  readonly name: string;
  /** Null where none is told. */
  readonly pid: number | null;
  /** Of its executable, as 32 hexadecimal digits; null where none is told. */
  readonly uuid: string | null;
}

/** The process that a packet is for. */
export interface CapturedProcess extends ProcessIdentity {
  /** The process that has the socket, where it works for this one; else null. */
  readonly helper: ProcessIdentity | null;
}

/** Different ones that a source has at most: the bound of what they cost in memory, over all sections. */
export const MAX_PROCESSES = 65_536;

/** What stands first in a list of processes, and means none. */
export const NO_PROCESS: CapturedProcess = Object.freeze({ name: "", pid: null, uuid: null, helper: null });

/** The processes of one source by their numbers, each once. */
export class ProcessList {
  readonly #ids = new Map<string, number>();
  readonly #idsByName = new Map<string, number>();

  /**
   * The number of a process among `processes`, to which it is added. Where there is no room for it, that of another one of
   * its name; 0: there is none of it either.
   */
  idOf(process: ProcessIdentity, helper: ProcessIdentity | null, processes: CapturedProcess[]): number {
    const key = helper === null ? keyOf(process) : `${keyOf(process)}\n${keyOf(helper)}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#ids.size >= MAX_PROCESSES) return this.#idsByName.get(process.name) ?? 0;
    const { name, pid, uuid } = process;
    const id = processes.push({ name, pid, uuid, helper }) - 1;
    this.#ids.set(key, id);
    if (!this.#idsByName.has(name)) this.#idsByName.set(name, id);
    return id;
  }
}

function keyOf({ name, pid, uuid }: ProcessIdentity): string {
  return `${pid} ${uuid} ${name}`;
}
