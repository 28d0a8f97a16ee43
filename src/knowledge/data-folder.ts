let folder: URL | null = null;

/** Where the data files are: beside `src/` and `dist/` alike, since whatever reads them lies two folders deep in both. */
export function dataFolder(): URL {
  folder ??= new URL("../../data/", import.meta.url);
  return folder;
}
