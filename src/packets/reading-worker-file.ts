/** The thread that reads ahead, as it is built: in `dist/`, two folders above this file in the sources and in the bundles alike. */
export const READING_WORKER = new URL("../../dist/reading/reading-worker.cjs", import.meta.url);
