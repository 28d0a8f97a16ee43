/** The registry of Java's remote method invocation. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "rmi",
  about: "rmiregistry (OpenJDK), and a program in Java that asks it for its names, over IPv4 and IPv6",
  packages: ["openjdk-17-jdk-headless"],
  rows: ["1099/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    await server.start(["rmiregistry"]);
    await server.waitForPort("tcp", 1099, 30_000);
    lab.serves(server, { transport: "tcp", port: 1099, program: "rmiregistry" });
    const program = await lab.write(
      "AskRegistry.java",
      `public class AskRegistry {
  public static void main(String[] hosts) throws Exception {
    for (String host : hosts) {
      System.out.println(java.rmi.registry.LocateRegistry.getRegistry(host).list().length);
    }
  }
}
`,
    );
    const counts = await client.exec(["java", program, server.ipv4, server.ipv6], { timeoutMs: 60_000 });
    if (counts !== "0\n0\n") throw new Error(`the registry gave ${JSON.stringify(counts)}`);
  },
};
