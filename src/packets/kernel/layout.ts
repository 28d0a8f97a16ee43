/**
 * Layout of the memory that the kernel (WebAssembly) shares with the program, and the meaning of its bits. Both sides
 * compile this file, so it contains only plain constants, the common subset of AssemblyScript and TypeScript.
 *
 *   scratch | specificities | neighbours | rows | their times | columns of blocks | runs | buffer for their bytes | slots | entries | wide entries
 *
 * Everything from the buffer on is placed when the kernel starts (`kernel.ts`).
 */

/** Rows that are looked up together. */
export const BATCH_CAPACITY = 256;
/** 32-bit words of a row: one packet on its way to the flow table, in one cache line. */
export const ROW_WORDS = 16;
export const ROW_HASH = 0;
/** Port of A in the upper half, of B in the lower. The key is in canonical order: A is the smaller (address, port). */
export const ROW_PORTS = 1;
/** `KIND_...` of the flow, then the `META_...` bits of the packet. */
export const ROW_META = 2;
/** Bytes on the wire, unsigned. */
export const ROW_LENGTH = 3;
/** The address of A: one word for IPv4, four for IPv6; and that of B. */
export const ROW_ADDRESS_A = 4;
export const ROW_ADDRESS_B = 8;
/** Offsets in the buffer of the payload's start and end, and of the transport header. */
export const ROW_PAYLOAD = 12;
export const ROW_PAYLOAD_END = 13;
export const ROW_TRANSPORT = 14;
/** The packet's host mark, with processes as numbered by the observer; 0: none. */
export const ROW_MARK = 15;

/** Bits of a flow's kind: part of its key. */
export const KIND_UDP = 1;
export const KIND_IPV6 = 2;
export const KIND_MASK = 3;
/** The packet came from B. */
export const META_FROM_B = 4;
export const META_FROM_B_SHIFT = 2;
/** The frame was a link-layer broadcast. */
export const META_BROADCAST = 8;
/** The flags byte of TCP. */
export const META_TCP_FLAGS_SHIFT = 8;
/** Distances of the sender's and receiver's hardware addresses before the transport header in bytes; 0: unknown. */
export const META_SENDER_SHIFT = 16;
export const META_RECEIVER_SHIFT = 24;
export const META_BYTE_MASK = 0xff;

/**
 * Words, and 64-bit doubles, of a flow entry: one cache line, whose first sixteen bytes are the key of an IPv4 flow.
 * The words of the times and the counters share its bytes.
 */
export const ENTRY_WORDS = 16;
export const ENTRY_DOUBLES = 8;
/** An IPv4 address; unused for IPv6. */
export const ENTRY_ADDRESS_A = 0;
/** An IPv4 address; for IPv6 the number of the wide entry with both addresses, which only IPv6 flows need. */
export const ENTRY_ADDRESS_B = 1;
export const ENTRY_PORTS = 2;
/** Kind in the lowest bits, then `FLOW_...` bits. */
export const ENTRY_STATE = 3;
export const ENTRY_FIRST_SECONDS = 4;
export const ENTRY_FIRST_NANOSECONDS = 5;
export const ENTRY_LAST_SECONDS = 6;
export const ENTRY_LAST_NANOSECONDS = 7;
/** Offsets in doubles, after the eight words above. The counter of side B follows that of A. */
export const ENTRY_PACKETS = 4;
export const ENTRY_BYTES = 6;
/** Words of a wide entry: four of A's IPv6 address, then four of B's. */
export const WIDE_WORDS = 8;

/** Bits of a flow's state word above its kind. The entry is in use. */
export const FLOW_LIVE = 0x4;
/** The first packet came from B. */
export const FLOW_FIRST_FROM_B = 0x8;
/** The first SYN without ACK: only one of the two is ever set. */
export const FLOW_SYN_FROM_A = 0x10;
export const FLOW_SYN_FROM_B = 0x20;
export const FLOW_SYN = 0x30;
/** The first SYN with ACK: this, or that of B above it; only one of the two is ever set. */
export const FLOW_SYN_ACK_FROM_A = 0x40;
export const FLOW_SYN_ACK = 0xc0;
export const FLOW_FIN_FROM_A = 0x100;
/** FINs from both sides. */
export const FLOW_FINS = 0x300;
export const FLOW_RESET = 0x400;
/** A packet that is neither SYN nor RST: somebody considered the connection open. */
export const FLOW_BEYOND_SYN = 0x800;
/** RST by the side that was asked, before anything else. */
export const FLOW_REFUSED = 0x1000;
/** A broadcast frame came from A, from B: the other side is a broadcast address. */
export const FLOW_BROADCAST_FROM_A = 0x2000;
export const FLOW_BROADCAST_FROM_B = 0x4000;
/** The observer needs the flow's payload. */
export const FLOW_OBSERVED = 0x8000;
/** The highest bits store where one side's TCP sequence numbers begin: the lowest 15 bits of its SYN's sequence number. */
export const FLOW_START_KNOWN = 0x10000;
export const FLOW_START_SHIFT = 17;

/** Distance of the sender by a packet's hop limit: unknown, sent on this link, passed a router. */
export const HOPS_UNKNOWN = 0;
export const HOPS_NONE = 1;
export const HOPS_SOME = 2;

/**
 * Bits of a flow's orientation: the side whose port names the service, the side that began, and above them the deciding
 * rule.
 */
export const ORIENTED_SERVICE = 1;
export const ORIENTED_ORIGINATOR = 2;
export const ORIENTED_ORIGINATOR_SHIFT = 1;
export const ORIENTED_RULE_SHIFT = 2;
/** Deciding rules, strongest first. */
export const RULE_SYN = 0;
export const RULE_SYN_ACK = 1;
export const RULE_LIST = 2;
export const RULE_MULTICAST = 3;
export const RULE_LOWER_PORT = 4;
export const RULE_FIRST_PACKET = 5;
/** None: the lower port is used as the service, but it is undecided. */
export const RULE_UNKNOWN = 6;
/** The payload, overriding all rules but the first two; never returned by the kernel, which does not read payloads. */
export const RULE_PAYLOAD = 7;
/**
 * The direction of packets, overriding all rules but the first two and the payload; never returned by the kernel
 * either.
 */
export const RULE_DIRECTION = 8;

/** Byte addresses. Random multipliers of the hash, 64 bits each; address 0 stays empty. */
export const MULTIPLIERS_AT = 64;
export const MULTIPLIERS = 10;
/** The candidate entry of each row of a batch. */
export const CANDIDATES_AT = 1024;
/**
 * A byte for each port of TCP, then of UDP: how strongly it indicates the service
 * (`knowledge/port-list/service-table.ts`).
 */
export const SPECIFICITIES_AT = 4096;
/** The last hardware address of IP addresses (`assembly/neighbour-table.ts`): `NEIGHBOUR_ENTRIES` 64-bit words. */
export const NEIGHBOURS_AT = 135_168;
export const NEIGHBOUR_ENTRIES = 65_536;
/** Hardware addresses that forward packets for others, by some of their bits: `GATEWAY_ENTRIES` 64-bit words. */
export const GATEWAYS_AT = 659_456;
export const GATEWAY_ENTRIES = 256;

/**
 * Blocks that another thread reads ahead, in addition to the one for blocks that are counted as they are read: each has
 * columns, and rows for its fast-path packets, whose row numbers equal their record numbers.
 */
export const AHEAD_BLOCKS = 16;
/** Rows of a block: the maximum number of its records (`packets/packet-block.ts`). */
export const BLOCK_ROWS = 1024;
/** Rows of the batch, then those of the read-ahead blocks. */
export const ROWS = BATCH_CAPACITY + AHEAD_BLOCKS * BLOCK_ROWS;
export const ROWS_AT = 661_504;
/** Seconds and nanoseconds of each row, unsigned words. */
export const ROW_SECONDS_AT = ROWS_AT + ROWS * ROW_WORDS * 4;
export const ROW_NANOSECONDS_AT = ROW_SECONDS_AT + ROWS * 4;
/**
 * The columns of a block, in the order of `PacketColumns` (`packets/packet-block.ts`), with the offsets of those that
 * the kernel reads. The columns of the next block follow, `BLOCK_WORDS` further on.
 */
export const BLOCK_WORDS = 7 * BLOCK_ROWS;
export const OFFSETS_AT = ROW_NANOSECONDS_AT + ROWS * 4;
export const CAPTURED_LENGTHS_AT = OFFSETS_AT + BLOCK_ROWS * 4;
export const ORIGINAL_LENGTHS_AT = CAPTURED_LENGTHS_AT + BLOCK_ROWS * 4;
export const SECONDS_AT = ORIGINAL_LENGTHS_AT + BLOCK_ROWS * 4;
export const NANOSECONDS_AT = SECONDS_AT + BLOCK_ROWS * 4;
/**
 * Totals of packets that became rows together, a run: bytes on the wire, a double; seconds and nanoseconds, first and
 * last; then, in read-ahead runs, the first record and the one after the last. The first run is the batch's.
 */
export const RUNS_AT = OFFSETS_AT + (1 + AHEAD_BLOCKS) * BLOCK_WORDS * 4;
export const RUN_WORDS = 8;
export const RUN_TIMES = 2;
export const RUN_FIRST = 6;
export const RUN_END = 7;
/** Maximum runs of a block: the remaining records become rows when they are counted. */
export const BLOCK_RUNS = 128;
export const RUNS = 1 + AHEAD_BLOCKS * BLOCK_RUNS;
/** The bytes of blocks, starting on a page boundary. */
export const BUFFER_AT = 2_416_640;
/** Buffers for reading ahead, each as long as the first one, which is for blocks that are counted as they are read. */
export const AHEAD_BUFFERS = 4;
