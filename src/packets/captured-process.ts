/** Processes that a source names in addition to its packets. */

/** One process of the capturing host. */
export interface ProcessIdentity {
  /** Hostile text, which captures truncate; never empty. */
  readonly name: string;
  /** Null if unknown. */
  readonly pid: number | null;
  /** UUID of its executable, as 32 hexadecimal digits; null if unknown. */
  readonly uuid: string | null;
}

/** The process that a packet belongs to. */
export interface CapturedProcess extends ProcessIdentity {
  /** The process that owns the socket, if it acts on behalf of this one; else null. */
  readonly helper: ProcessIdentity | null;
}

/** Maximum distinct processes of a source: bounds their memory over all sections. */
export const MAX_PROCESSES = 65_536;

/** First in every list of processes; means none. */
export const NO_PROCESS: CapturedProcess = Object.freeze({ name: "", pid: null, uuid: null, helper: null });

/** The distinct processes of one source, by number. */
export class ProcessList {
  readonly #ids = new Map<string, number>();
  readonly #idsByName = new Map<string, number>();

  /**
   * Returns the number of a process in `processes`, adding it if new. If the list is full, the number of another
   * process of its name, or 0 if there is none.
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
