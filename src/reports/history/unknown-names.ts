/** What of a question nothing in a history is called: it was mistyped, and no other time has it either. */
import { type HistoryPlace, type HistoryQuestion, WHOLE_HISTORY } from "./history-report.ts";

/** Seconds of a bucket where times are not asked for: a year has one or two. */
export const ONE_BUCKET = 366 * 86_400;

/** Which of the names in a question nothing in the whole history has. Throws as `place.ask` does. */
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
