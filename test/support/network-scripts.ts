/** Scripts for the hosts of a routed network: Node modules passed as text, after a definition of `input`. */

/** Answers on each port at each address. */
export const SERVICE = `
const waits = input.ports.flatMap(({ transport, port }) => input.addresses.map((host) => new Promise((resolve, reject) => {
  if (transport === "tcp") {
    const server = net.createServer((socket) => socket.on("error", () => {}).once("data", () => socket.end("hello")));
    server.on("error", reject).listen({ port, host }, resolve);
  } else {
    // Bound to one address each: the answer comes from the one that was asked.
    const socket = dgram.createSocket({ type: host.includes(":") ? "udp6" : "udp4" });
    socket.on("message", (bytes, { port, address }) => socket.send(bytes, port, address)).on("error", reject);
    socket.bind(port, host, resolve);
  }
})));
await Promise.all(waits);
console.log("serving");
`;

/** Tries services and reports which answered. */
export const CLIENT = `
const { attempts, hosts, timeoutMs } = input;
const results = attempts.map((attempt) => new Promise((resolve) => {
  const host = attempt.host ?? (attempt.version === 4 ? hosts.ipv4 : hosts.ipv6);
  const give = (hasAnswer) => { resolve(hasAnswer ? attempt : null); };
  setTimeout(give, timeoutMs, false);
  if (attempt.transport === "tcp") {
    const socket = net.connect({ host, port: attempt.port, localPort: attempt.sourcePort }, () => socket.write("hello"));
    socket.on("data", () => give(true)).on("error", () => give(false));
  } else {
    const socket = dgram.createSocket({ type: "udp" + attempt.version, ipv6Only: attempt.version === 6 });
    socket.on("message", () => give(true)).on("error", () => give(false));
    // One may get lost, and so proves nothing.
    socket.bind(attempt.sourcePort ?? 0, () => {
      for (const text of ["hello", "hello again"]) socket.send(text, attempt.port, host);
    });
  }
}));
console.log(JSON.stringify((await Promise.all(results)).filter((one) => one !== null)));
process.exit();
`;

/**
 * Linux sets DF on UDP (IP_PMTUDISC_WANT of ip(7)), so that routers report packets that are too big instead of fragmenting
 * them.
 */
export const TOO_BIG = `
const sockets = [4, 6].map((version) => [dgram.createSocket("udp" + version), version === 4 ? input.ipv4 : input.ipv6]);
for (const [socket, host] of sockets) socket.on("error", () => {}).send(Buffer.alloc(1400), input.port, host);
setTimeout(() => process.exit(), 500);
`;

/** Queries a resolver for the addresses of a name. */
export const RESOLVE = `
const { Resolver } = await import("node:dns/promises");
const resolver = new Resolver({ timeout: 1000, tries: 3 });
resolver.setServers([input.resolver]);
const answers = await Promise.all([resolver.resolve4(input.name), resolver.resolve6(input.name)].map((one) => one.catch(() => [])));
console.log(JSON.stringify(answers.flat()));
process.exit();
`;

/** TLS servers, one at the address of each site. */
export const TLS_SERVERS = `
const { createServer } = await import("node:tls");
const { readFileSync } = await import("node:fs");
const options = { key: readFileSync(input.key), cert: readFileSync(input.certificate) };
const listening = Object.values(input.sites).map((host) => new Promise((resolve, reject) => {
  const server = createServer(options, (socket) => socket.on("error", () => {}).end("hello"));
  server.on("tlsClientError", () => {}).on("error", reject).listen({ port: 443, host }, resolve);
}));
await Promise.all(listening);
console.log("serving");
`;

/**
 * Requests tunnels to names from a proxy, sends TLS hellos through them, and reports whose certificate came; nothing if there
 * is no proxy.
 */
export const PROXY_CLIENT = `
const net = await import("node:net");
const tls = await import("node:tls");
const isThere = await new Promise((resolve) => {
  const socket = net.connect(input.port, "127.0.0.1", () => { socket.destroy(); resolve(true); }).on("error", () => resolve(false));
});
if (!isThere) process.exit();
const results = input.tries.map(({ connect, hello }) => new Promise((resolve) => {
  const give = (subject) => resolve({ connect, hello, subject });
  setTimeout(give, 4000, null);
  const socket = net.connect(input.port, "127.0.0.1", () => socket.write("CONNECT " + connect + ":443 HTTP/1.1\\r\\nHost: " + connect + ":443\\r\\n\\r\\n"));
  socket.on("error", () => give(null)).on("close", () => give(null)).once("data", (head) => {
    if (!head.toString().startsWith("HTTP/1.1 200")) return give(null);
    const secure = tls.connect({ socket, servername: hello, rejectUnauthorized: false }, () => {
      const { subject } = secure.getPeerCertificate();
      secure.once("data", () => give(subject.CN));
    });
    secure.on("error", () => give(null));
  });
}));
console.log(JSON.stringify(await Promise.all(results)));
process.exit();
`;
