/** The exit statuses that commands give by themselves (docs/contract.md, "Exit status"). */

/** Wrong usage: an option, an argument, an output that cannot be opened. */
export const STATUS_USAGE = 1;
/** Nothing could be read, or nothing can be captured here. */
export const STATUS_NOTHING_READ = 3;
/** `reach`, `rules --audit`: a service that was tried does not work, or would not. */
export const STATUS_BLOCKED = 4;
/** `check`, `diff --fail-on`: something differs. */
export const STATUS_DIFFERENT = 5;
/** There are results, but something could not be saved: a full disk. */
export const STATUS_NOT_SAVED = 6;
/** A bug in appleflow: EX_SOFTWARE of sysexits.h. */
export const STATUS_BUG = 70;
/** Interrupted: 128 and the number of SIGINT, as shells report it. */
export const STATUS_INTERRUPTED = 130;
