/** Facts that follow from the names of network interfaces. */

const TUNNEL = /^(?:utun|ipsec|ppp|tun|wg)\d{1,5}$/;

/**
 * Whether an interface is the inner end of a tunnel whose packets leave by another interface: `utun3`, `ipsec0`,
 * `ppp0`, `wg0`.
 */
export function isTunnelInterface(name: string): boolean {
  return TUNNEL.test(name);
}
