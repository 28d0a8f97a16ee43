/** Thrown to stop reading when nobody reads the results any more. */
export class ReaderGone extends Error {}
