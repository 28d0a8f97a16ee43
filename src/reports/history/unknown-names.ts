/** Finds names in a question that nothing in the history has: they are misspelled, as no other time has them either. */
import { type HistoryPlace, type HistoryQuestion, WHOLE_HISTORY } from "./history-report.ts";

/** Length of a single bucket for questions without times, in seconds: a year has one or two. */
export const ONE_BUCKET = 366 * 86_400;

/** Returns the names in a question that nothing in the whole history has. Throws as `place.ask` does. */
export async function unknownNames(
  place: HistoryPlace,
  { device, sensor }: HistoryQuestion,
): Promise<readonly ("device" | "sensor")[]> {
  const isSensorKnown = sensor === null || (await place.extent()).sensors.includes(sensor);
  if (device === null) return isSensorKnown ? [] : ["sensor"];
  const everything = { ...WHOLE_HISTORY, by: "device", everySeconds: ONE_BUCKET } as const;
  const { cells } = await place.ask({ ...everything, device });
  return [
    ...(cells.length === 0 ? (["device"] as const) : []),
    ...(isSensorKnown ? [] : (["sensor"] as const)),
  ];
}
