/**
 * The process that keeps root privileges for a live capture started by root. It reads no packets: it starts the capture
 * programs, passes on the sockets that they write to, forwards signals, and waits for the reading process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import type { CaptureProgram, StartedProgram } from "./capture-program.ts";
import type { KeeperAnswer, KeeperOrder, PassedSignal, StartOrder } from "./keeper-messages.ts";
import type { ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";
import { canRunAs, environmentFor, type RunAs } from "./run-as.ts";
import { ownChild } from "./start-here.ts";

/** Signals that a reading process may send to a program; allowing others would be a risk. */
const SIGNALS: readonly string[] = ["SIGINT", "SIGKILL", platform() === "linux" ? "SIGUSR1" : "SIGINFO"];
/** Time for a reading process to exit after being asked twice. */
const DEAF_MS = 2_000;
/** Maximum simultaneous programs: each takes kernel memory. */
const MOST_PROGRAMS = 64;

/** How the reading process ended. */
export interface ReaderEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Returns the program for an order if this process would start it on its own; otherwise null. */
export type FindProgram = (order: StartOrder) => Promise<CaptureProgram | null>;

/**
 * Runs this program again as a process that becomes `user`, and serves it until it exits. Its standard input and output
 * are this process's. On Linux it can never regain a privilege (`NoNewPrivs`) if util-linux is installed.
 *
 * @param args arguments of the program: files that only root may read have already been read into them
 * @param catchSignals calls `onSignal` for every signal that asks this process to exit; the result unsubscribes
 */
export async function keepFor(
  user: RunAs,
  args: readonly string[],
  find: FindProgram,
  env: ProgramEnvironment,
  catchSignals: (onSignal: (signal: PassedSignal) => void) => () => void,
): Promise<ReaderEnd> {
  const refusal = (await canRefusePrivileges(env)) ? ["setpriv", "--no-new-privs", "--"] : [];
  const command = [process.execPath, ...process.execArgv, process.argv[1], ...args];
  const [program, ...rest] = [...refusal, ...command];
  // It loads its code first, which need not be readable for all: where it can, it becomes the user by itself.
  const { uid, gid } = user;
  const reader = spawn(program, rest, {
    ...(canRunAs() ? {} : { uid, gid }),
    env: environmentFor(user, env),
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    // A separate session: another user's process must not be able to inject input into root's terminal (TIOCSTI).
    detached: true,
  });
  const keeper = new Keeper(reader, user, find, refusal);
  let asked = 0;
  const release = catchSignals((signal) => {
    keeper.tell({ kind: "told", signal });
    // After a second request, an unresponsive reader is killed.
    if (++asked === 2) setTimeout(() => reader.kill("SIGKILL"), DEAF_MS).unref();
  });
  // Nor does it receive changes of the terminal's size by itself.
  const tellSize = () => keeper.tell({ kind: "told", signal: "SIGWINCH" });
  process.on("SIGWINCH", tellSize);
  try {
    return await keeper.served;
  } finally {
    release();
    process.off("SIGWINCH", tellSize);
    await keeper.close();
  }
}

/** Whether a program can be started so that it can never gain privileges. */
export async function canRefusePrivileges(env: ProgramEnvironment): Promise<boolean> {
  if (platform() !== "linux") return false;
  return (await readProgramOutput("setpriv", ["--no-new-privs", "true"], env)).status === 0;
}

class Keeper {
  readonly served: Promise<ReaderEnd>;
  readonly #reader: ChildProcess;
  readonly #user: RunAs;
  readonly #find: FindProgram;
  /** Command prefix that denies new privileges; empty if that is not supported. */
  readonly #refusal: readonly string[];
  readonly #programs = new Map<number, StartedProgram>();
  readonly #sockets = new SocketPairs();
  /** Ids of accepted orders. */
  readonly #taken = new Set<number>();
  #isClosing = false;

  constructor(reader: ChildProcess, user: RunAs, find: FindProgram, refusal: readonly string[]) {
    this.#reader = reader;
    this.#user = user;
    this.#find = find;
    this.#refusal = refusal;
    reader.on("message", (order: KeeperOrder) => void this.#obey(order));
    this.served = new Promise((resolve, reject) => {
      reader.once("error", reject);
      reader.once("exit", (status, signal) => resolve({ status, signal }));
    });
  }

  tell(answer: KeeperAnswer, socket?: Socket): void {
    // A reader that has exited receives nothing; `served` reports its end.
    if (this.#reader.connected) this.#reader.send(answer, socket, {}, () => {});
  }

  /** Ends everything that is left; resolves when it is gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const program of this.#programs.values()) program.signal("SIGKILL");
    await Promise.all([...this.#programs.values()].map(({ exited }) => exited));
    this.#sockets.close();
  }

  async #obey(order: KeeperOrder): Promise<void> {
    if (order?.kind === "start") {
      await this.#start(order).catch((error: Error) => this.#refuse(order.id, error.message));
      return;
    }
    const program = this.#programs.get(order?.id);
    if (order?.kind === "end-input") program?.endInput();
    else if (SIGNALS.includes(order?.signal)) program?.signal(order.signal);
  }

  #refuse(id: number, reason: string): void {
    this.tell({ kind: "refused", id, reason });
  }

  async #start(order: StartOrder): Promise<void> {
    const { id } = order;
    if (this.#taken.has(id)) return;
    this.#taken.add(id);
    const program = await this.#find(order).catch(() => null);
    if (program === null) {
      this.#refuse(id, "this command does not capture with it");
      return;
    }
    const outputs = [await this.#sockets.make(), await this.#sockets.make()];
    if (this.#isClosing || this.#programs.size >= MOST_PROGRAMS) {
      for (const { near, far } of outputs) for (const socket of [near, far]) socket.destroy();
      this.#refuse(id, "too many programs are running");
      return;
    }
    const started = this.#spawn(program, outputs);
    this.#programs.set(id, started);
    this.tell({ kind: "stdout", id }, outputs[0].near);
    this.tell({ kind: "stderr", id }, outputs[1].near);
    void started.exited.then(() => this.tell({ kind: "exited", id }));
    const { status, signal, startError } = await started.ended;
    this.#programs.delete(id);
    const error = startError === null ? null : { code: startError.code ?? "", message: startError.message };
    this.tell({ kind: "ended", id, status, signal, startError: error });
  }

  #spawn(program: CaptureProgram, [stdout, stderr]: readonly SocketPair[]): StartedProgram {
    // tcpdump drops root by itself if built to do so; the cap process does it like this program.
    const refusal = program.backend === "cap" ? this.#refusal : [];
    const [command, ...args] = [...refusal, program.command, ...program.args];
    const child = spawn(command, args, {
      env: environmentFor(this.#user, program.env),
      stdio: [program.endsWithInput ? "pipe" : "ignore", stdout.far, stderr.far],
    });
    // The program has its own copies; open ones here would keep the reader waiting for the end.
    stdout.far.destroy();
    stderr.far.destroy();
    return ownChild(child, stdout.near, stderr.near);
  }
}

/** A socket to read from, which nothing has read yet, and its peer to write to. */
interface SocketPair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * Creates pairs of connected sockets. Sockets that Node creates for a child's output begin reading at once, and that
 * data is lost to the process that receives them; those accepted by a server do not (`pauseOnConnect`).
 */
class SocketPairs {
  #server: Promise<Server> | null = null;
  #folder: string | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** In sequence: connections are matched only by their order. */
  make(): Promise<SocketPair> {
    const made = this.#last.then(() => this.#makeOne());
    this.#last = made.catch(() => {});
    return made;
  }

  async #makeOne(): Promise<SocketPair> {
    this.#server ??= this.#listen();
    const server = await this.#server;
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const far = connect(this.#path());
    await once(far, "connect");
    const [near] = await accepted;
    return { near, far };
  }

  close(): void {
    void this.#server?.then((server) => server.close());
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  #path(): string {
    // Only this user may access it.
    this.#folder ??= mkdtempSync(join(tmpdir(), "appleflow-"));
    return join(this.#folder, "output");
  }

  async #listen(): Promise<Server> {
    const server = createServer({ pauseOnConnect: true });
    server.listen(this.#path());
    await once(server, "listening");
    // A failed connection is reported by the one waiting for it.
    server.on("error", () => {});
    return server;
  }
}
