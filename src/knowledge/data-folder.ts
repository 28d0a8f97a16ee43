/** Location of the data files. */

let folder: URL | null = null;

/** The data folder lies beside `src/` and `dist/`; in both, the files that read it are two folders deep. */
export function dataFolder(): URL {
  folder ??= new URL("../../data/", import.meta.url);
  return folder;
}
