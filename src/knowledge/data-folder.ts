/** Where the data files are. */

let folder: URL | null = null;

/** The folder beside `src/` and `dist/` alike, since whatever reads the files lies two folders deep in both. */
export function dataFolder(): URL {
  folder ??= new URL("../../data/", import.meta.url);
  return folder;
}
