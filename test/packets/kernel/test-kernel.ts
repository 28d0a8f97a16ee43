/** A kernel on its own: rows made by hand, and a host without duties. */
import { Kernel, type KernelHost } from "../../../src/packets/kernel/kernel.ts";
import { KIND_IPV6, KIND_UDP, ROW_HASH } from "../../../src/packets/kernel/layout.ts";
import type { HashOfKeys } from "../../support/hash-fairness.ts";

const BUFFER_LENGTH = 64;
const SERVER = 0xc6336401;
const SOURCE = 0;
const DESTINATION = 16;

/** The host callbacks that a test wants to receive. */
export interface FlowObserverPart {
  evict?(kernel: Kernel): void;
}

export interface TestKernel {
  readonly kernel: Kernel;
  readonly hash: HashOfKeys;
  /** Counts a packet from a client to the single server; returns the record. */
  countUdp(client: number): number;
  /** Counts packets from up to 256 clients in one batch. */
  countTogether(clients: readonly number[]): void;
  /** Returns the live record of that client, or 0. */
  findUdp(client: number): number;
  countUdp6(client: number): number;
  findUdp6(client: number): number;
}

/** A started kernel with room for `maxFlows`. */
export function startKernel(maxFlows = 16, part: FlowObserverPart = {}): TestKernel {
  const kernel = new Kernel(maxFlows, BUFFER_LENGTH);
  const buffer = new DataView(kernel.buffer.buffer, kernel.buffer.byteOffset, BUFFER_LENGTH);
  const unexpected = (): never => {
    throw new Error("nobody should have asked for that");
  };
  const host: KernelHost = {
    observe: unexpected,
    addMark: unexpected,
    observeAddress: unexpected,
    endFlow: unexpected,
    evict: () => (part.evict ?? unexpected)(kernel),
    expire: unexpected,
    flowBegan: unexpected,
    flowRestarted: unexpected,
    leaveBucket: unexpected,
    seeLatePacket: unexpected,
    reachActiveTimeout: unexpected,
  };
  kernel.begin(host, { maxFlows, idleTimeoutSeconds: 0 }, null);

  const setWords = (at: number, words: readonly number[] | Int32Array): void => {
    for (const [i, word] of words.entries()) buffer.setInt32(at + i * 4, word);
  };
  const setKey = (meta: number, ports: number, row = 0): void =>
    kernel.setKey(row, meta, SOURCE, DESTINATION, ports >>> 16, ports & 0xffff);
  const set4 = (client: number, row = 0): void => {
    setWords(SOURCE, [client]);
    setWords(DESTINATION, [SERVER]);
    setKey(KIND_UDP, (49_200 << 16) | 53, row);
  };
  const set6 = (client: number): void => {
    setWords(SOURCE, [0x20010db8, 0, client, 1]);
    setWords(DESTINATION, [0x20010db8, 0xffff, 0, 1]);
    setKey(KIND_UDP | KIND_IPV6, (49_200 << 16) | 53);
  };
  const count = (): number => {
    kernel.countRows(0, 1);
    return kernel.findFirst();
  };
  return {
    kernel,
    hash: {
      ofIpv4(a, b, ports, kind) {
        setWords(SOURCE, [a]);
        setWords(DESTINATION, [b]);
        setKey(kind, ports);
        return kernel.rows[ROW_HASH];
      },
      ofIpv6(words, ports, kind) {
        setWords(SOURCE, words);
        setKey(kind, ports);
        return kernel.rows[ROW_HASH];
      },
    },
    countUdp(client) {
      set4(client);
      return count();
    },
    countTogether(clients) {
      for (const [row, client] of clients.entries()) set4(client, row);
      kernel.countRows(0, clients.length);
    },
    findUdp(client) {
      set4(client);
      return kernel.findFirst();
    },
    countUdp6(client) {
      set6(client);
      return count();
    },
    findUdp6(client) {
      set6(client);
      return kernel.findFirst();
    },
  };
}
