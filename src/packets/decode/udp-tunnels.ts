/** Maps the ports of a UDP packet to the tunnel that its payload may contain. */
import {
  CAPWAP_PORT,
  GENEVE_PORT,
  GTP_U_PORT,
  L2TP_PORT,
  LISP_PORT,
  MPLS_IN_UDP_PORT,
  TEREDO_PORT,
  TZSP_PORT,
  VXLAN_GPE_PORT,
  VXLAN_LINUX_PORT,
  VXLAN_PORT,
} from "../../net/tunnel-ports.ts";
import { Layer } from "./layers.ts";
import { looksLikeVxlan } from "./vxlan.ts";

/** Returns the layer whose decoder decides, or `DONE`. If no port matches, the payload's appearance counts. */
export function layerInUdp(
  sourcePort: number,
  destinationPort: number,
  bytes: Uint8Array,
  payload: number,
  end: number,
): number {
  const layer = layerOfPort(destinationPort);
  if (layer !== Layer.DONE) return layer;
  const answers = layerOfPort(sourcePort);
  if (answers !== Layer.DONE) return answers;
  return looksLikeVxlan(bytes, payload, end) ? Layer.VXLAN : Layer.DONE;
}

function layerOfPort(port: number): number {
  switch (port) {
    case VXLAN_PORT:
    case VXLAN_LINUX_PORT:
      return Layer.VXLAN;
    case VXLAN_GPE_PORT:
      return Layer.VXLAN_GPE;
    case GENEVE_PORT:
      return Layer.GENEVE;
    case GTP_U_PORT:
      return Layer.GTP_U;
    case L2TP_PORT:
      return Layer.L2TP;
    case TZSP_PORT:
      return Layer.TZSP;
    case MPLS_IN_UDP_PORT:
      return Layer.MPLS_IN_UDP;
    case CAPWAP_PORT:
      return Layer.CAPWAP;
    case LISP_PORT:
      return Layer.LISP;
    case TEREDO_PORT:
      return Layer.TEREDO;
    default:
      return Layer.DONE;
  }
}
