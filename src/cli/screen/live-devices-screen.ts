/** The live screen's view of devices: what each sent and received since monitoring began. */
import { deviceTable } from "../../render/render-devices.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import type { ScreenState } from "./live-state.ts";

/** All lines of the view, whatever the room: it is scrolled. */
export function deviceLines({ devices }: ScreenState, drawing: Drawing): readonly string[] {
  if (devices === null) return ["Looking through the live flows ..."];
  return deviceTable(devices, "device", MOST_DEVICES, drawing);
}

/** More would be drawn anew, and read by nobody, ten times a second. */
const MOST_DEVICES = 300;
