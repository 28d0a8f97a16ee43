/**
 * UDP ports of tunnels (IANA "Service Name and Transport Protocol Port Number Registry", or the source named). The
 * kernel imports them too: they are plain numbers, and each has a bit in `assembly/fast-path.ts`.
 */

/** RFC 2661, 8.1; L2TPv3 over UDP uses it too (RFC 3931, 4.1.2). */
export const L2TP_PORT = 1701;
/** 3GPP TS 29.281, 4.4.2.3. */
export const GTP_U_PORT = 2152;
/** Teredo servers' (RFC 4380, 2.7). */
export const TEREDO_PORT = 3544;
/** LISP data (RFC 9300, 5.3). */
export const LISP_PORT = 4341;
/** RFC 7348, 8. */
export const VXLAN_PORT = 4789;
/** draft-ietf-nvo3-vxlan-gpe-13, 3. */
export const VXLAN_GPE_PORT = 4790;
/** CAPWAP data (RFC 5415, 3.1). */
export const CAPWAP_PORT = 5247;
/** RFC 8926, 3.3. */
export const GENEVE_PORT = 6081;
/** RFC 7510, 3. */
export const MPLS_IN_UDP_PORT = 6635;
/** Linux's VXLAN port from before one was assigned, and still its default. */
export const VXLAN_LINUX_PORT = 8472;
/** Used by RouterOS and Wireshark; not registered. */
export const TZSP_PORT = 37_008;
