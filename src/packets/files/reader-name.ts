/** Names of the readers of classic captures. */

/** All of them, the default first: the built-in parsers, and the package pcap-parser. */
export const READER_NAMES = ["fast", "pcap-parser"] as const;
/** The reader that splits a classic capture into records. */
export type ReaderName = (typeof READER_NAMES)[number];
