/** The readers of classic captures, by their names. */

/** All of them, the default first: our parsers, and the package pcap-parser. */
export const READER_NAMES = ["fast", "pcap-parser"] as const;
/** Who cuts a classic capture into records. */
export type ReaderName = (typeof READER_NAMES)[number];
