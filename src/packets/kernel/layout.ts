/**
 * Where things stand in the memory that the kernel (WebAssembly) shares with the program, and what their bits mean. Both
 * sides compile this file, so it has plain constants only: what AssemblyScript and TypeScript have in common.
 *
 *   scratch | specificities | met addresses | rows | their times | columns of blocks | runs | buffer for their bytes | slots | records | wide
 *
 * Everything from the buffer on is placed when the kernel begins (`kernel.ts`).
 */

/** Rows that are looked up together. */
export const BATCH_CAPACITY = 256;
/** Words of 32 bits of a row: one packet on its way to the flow table, in one cache line. */
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
/** Where in the buffer the payload begins and ends, and where the transport header begins. */
export const ROW_PAYLOAD = 12;
export const ROW_PAYLOAD_END = 13;
export const ROW_TRANSPORT = 14;
/** The process that the capture names for the packet, as the observer numbers it; 0: none. */
export const ROW_MARK = 15;

/** Bits of a flow's kind: part of its key. */
export const KIND_UDP = 1;
export const KIND_IPV6 = 2;
export const KIND_MASK = 3;
/** The packet came from B. */
export const META_FROM_B = 4;
export const META_FROM_B_SHIFT = 2;
/** The link layer sent it to everybody. */
export const META_BROADCAST = 8;
/** The flags byte of TCP. */
export const META_TCP_FLAGS_SHIFT = 8;
/** How many bytes before the transport header the hardware address of the sender begins, and that of the receiver; 0: none known. */
export const META_SENDER_SHIFT = 16;
export const META_RECEIVER_SHIFT = 24;
export const META_BYTE_MASK = 0xff;

/**
 * Words, and doubles of 64 bits, of the record of a flow: one cache line, of which the first sixteen bytes are the key of
 * an IPv4 flow. The words of the times and the counters share its bytes.
 */
export const RECORD_WORDS = 16;
export const RECORD_DOUBLES = 8;
/** An IPv4 address; not used for IPv6. */
export const RECORD_ADDRESS_A = 0;
/** An IPv4 address; for IPv6 the number of the wide entry that has both addresses, which only IPv6 flows need. */
export const RECORD_ADDRESS_B = 1;
export const RECORD_PORTS = 2;
/** Kind in the lowest bits, then `FLOW_...` bits. */
export const RECORD_STATE = 3;
export const RECORD_FIRST_SECONDS = 4;
export const RECORD_FIRST_NANOSECONDS = 5;
export const RECORD_LAST_SECONDS = 6;
export const RECORD_LAST_NANOSECONDS = 7;
/** Offsets in doubles, after the eight words above. The counter of side B follows that of A. */
export const RECORD_PACKETS = 4;
export const RECORD_BYTES = 6;
/** Words of a wide entry: four of A's IPv6 address, then four of B's. */
export const WIDE_WORDS = 8;

/** Bits of a flow's state word above its kind. The record is in use. */
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
/** A packet that is neither SYN nor RST: somebody believed in the connection. */
export const FLOW_BEYOND_SYN = 0x800;
/** RST by the side that was asked, before anything else. */
export const FLOW_REFUSED = 0x1000;
/** A frame to everybody came from A, from B: the other side is a broadcast address. */
export const FLOW_BROADCAST_FROM_A = 0x2000;
export const FLOW_BROADCAST_FROM_B = 0x4000;
/** The observer wants to see the flow's payload. */
export const FLOW_OBSERVED = 0x8000;
/** The highest bits have where the numbers of a side of TCP begin: the lowest 15 bits of its SYN's sequence number. */
export const FLOW_START_KNOWN = 0x10000;
export const FLOW_START_SHIFT = 17;

/** What the hop limit of a packet says of how far it came: nothing, sent on this link, passed a router. */
export const HOPS_UNKNOWN = 0;
export const HOPS_NONE = 1;
export const HOPS_SOME = 2;

/** Bits of a flow's orientation: the side whose port names the service, the side that began, and above them what decided. */
export const ORIENTED_SERVICE = 1;
export const ORIENTED_ORIGINATOR = 2;
export const ORIENTED_ORIGINATOR_SHIFT = 1;
export const ORIENTED_RULE_SHIFT = 2;
/** What decided, strongest first. */
export const RULE_SYN = 0;
export const RULE_SYN_ACK = 1;
export const RULE_LIST = 2;
export const RULE_MULTICAST = 3;
export const RULE_LOWER_PORT = 4;
export const RULE_FIRST_PACKET = 5;
/** None: the lower port stands for the service, but nobody knows. */
export const RULE_UNKNOWN = 6;
/** What the payload shows, in place of all rules but the first two: no answer of the kernel's, which knows no payload. */
export const RULE_PAYLOAD = 7;
/** Which way packets went, in place of all rules but the first two and the payload; no answer of the kernel's either. */
export const RULE_DIRECTION = 8;

/** Addresses in bytes. Random multipliers of the hash, 64 bits each; address 0 stays empty. */
export const MULTIPLIERS_AT = 64;
export const MULTIPLIERS = 10;
/** The record that each row of a batch will probably want. */
export const CANDIDATES_AT = 1024;
/** A byte for each port of TCP, then of UDP: how much it says (`knowledge/port-list/service-table.ts`). */
export const SPECIFICITIES_AT = 4096;
/** Which hardware address an IP address was last met with (`assembly/met-addresses.ts`): `MET_ENTRIES` words of 64 bits. */
export const MET_AT = 135_168;
export const MET_ENTRIES = 65_536;
/** Hardware addresses that pass packets on for others, by some of their bits: `GATEWAY_ENTRIES` words of 64 bits. */
export const GATEWAYS_AT = 659_456;
export const GATEWAY_ENTRIES = 256;

/**
 * Places for blocks that are read ahead by another thread, behind the one of blocks that are counted as they are read: each has
 * columns, and rows for its plain packets, the number of the record being that of the row.
 */
export const AHEAD_PLACES = 16;
/** Rows of a place for a block: as many as a block has records at most (`packets/packet-block.ts`). */
export const PLACE_ROWS = 1024;
/** Rows of the batch, then those of the places for blocks that are read ahead. */
export const ROWS = BATCH_CAPACITY + AHEAD_PLACES * PLACE_ROWS;
export const ROWS_AT = 661_504;
/** Seconds and nanoseconds of each row, unsigned words. */
export const ROW_SECONDS_AT = ROWS_AT + ROWS * ROW_WORDS * 4;
export const ROW_NANOSECONDS_AT = ROW_SECONDS_AT + ROWS * 4;
/**
 * The columns of a block, in the order of `PacketColumns` (`packets/packet-block.ts`), and those that are read here; the
 * columns of the next place follow, so that the record of a number there is that number of `PLACE_WORDS` behind.
 */
export const PLACE_WORDS = 7 * PLACE_ROWS;
export const OFFSETS_AT = ROW_NANOSECONDS_AT + ROWS * 4;
export const CAPTURED_LENGTHS_AT = OFFSETS_AT + PLACE_ROWS * 4;
export const ORIGINAL_LENGTHS_AT = CAPTURED_LENGTHS_AT + PLACE_ROWS * 4;
export const SECONDS_AT = ORIGINAL_LENGTHS_AT + PLACE_ROWS * 4;
export const NANOSECONDS_AT = SECONDS_AT + PLACE_ROWS * 4;
/**
 * Of packets that became rows together, a run: bytes on the wire, a double; seconds and nanoseconds, first and last; then, in
 * runs that are read ahead, the first record and the one behind the last. The first run is that of the batch.
 */
export const RUNS_AT = OFFSETS_AT + (1 + AHEAD_PLACES) * PLACE_WORDS * 4;
export const RUN_WORDS = 8;
export const RUN_TIMES = 2;
export const RUN_FIRST = 6;
export const RUN_END = 7;
/** Runs of a place: of a block with more the rest is made rows when it is counted. */
export const PLACE_RUNS = 128;
export const RUNS = 1 + AHEAD_PLACES * PLACE_RUNS;
/** The bytes of blocks, from a page of the system's on. */
export const BUFFER_AT = 2_416_640;
/** Buffers for what is read ahead, each as long as the one of blocks that are counted as they are read, which is the first. */
export const AHEAD_BUFFERS = 4;
