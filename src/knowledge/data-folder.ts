/** Where the data files are: beside `src/` and `dist/` alike, since whatever reads them lies two folders deep in both. */
export const DATA_FOLDER = new URL("../../data/", import.meta.url);
