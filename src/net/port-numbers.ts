/** Count of port numbers of TCP and of UDP: 16 bits (RFC 9293, 3.1; RFC 768). AssemblyScript compiles this file too. */
export const PORTS = 65_536;
