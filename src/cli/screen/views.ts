/** All views of the live screen, by name. */
import { CONNECTION_VIEW } from "./connection-view.ts";
import { DEVICE_VIEW } from "./device-view.ts";
import { HELP_VIEW } from "./help-view.ts";
import { PRODUCT_VIEW } from "./product-view.ts";
import { REACH_VIEW } from "./reach-view.ts";
import { placeIn, type ScreenState, type ViewName } from "./screen-state.ts";
import { OTHERS_VIEW, SERVICES_VIEW } from "./service-view.ts";
import type { View } from "./table-view.ts";
import { WHY_VIEW } from "./why-view.ts";

export const VIEWS: Readonly<Record<ViewName, View>> = {
  products: PRODUCT_VIEW,
  devices: DEVICE_VIEW,
  connections: CONNECTION_VIEW,
  others: OTHERS_VIEW,
  reach: REACH_VIEW,
  services: SERVICES_VIEW,
  why: WHY_VIEW,
  help: HELP_VIEW,
};

/** The current view. */
export function viewIn(state: ScreenState): View {
  return VIEWS[placeIn(state).view];
}
