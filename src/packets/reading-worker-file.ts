/** The built reading thread, in `dist/`, two folders above this file both in the sources and in the bundles. */
export const READING_WORKER = new URL("../../dist/reading/reading-worker.cjs", import.meta.url);
