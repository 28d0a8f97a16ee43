/** What the names of network interfaces say. */

const TUNNEL = /^(?:utun|ipsec|ppp|tun|wg)\d{1,5}$/;

/** Whether an interface is the inside of a tunnel, of which another one carries the packets: `utun3`, `ipsec0`, `ppp0`, `wg0`. */
export function isTunnelInterface(name: string): boolean {
  return TUNNEL.test(name);
}
