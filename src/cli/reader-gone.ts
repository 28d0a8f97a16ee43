/** Leaves the middle of a reading whose results nobody reads any more. */
export class ReaderGone extends Error {}
