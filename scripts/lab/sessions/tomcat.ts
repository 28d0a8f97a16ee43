/** A page request to Tomcat on 9006, then an order to stop on its shutdown port, 8005. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "tomcat",
  about:
    "Tomcat: curl asks for a page on 9006 over IPv6; a second Tomcat command ends it through 8005 over IPv4",
  packages: ["tomcat10", "curl"],
  rows: ["8005/tcp", "9006/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, folder, server } = lab;
    await lab.write("base/webapps/ROOT/index.html", "<title>Lunch</title><p>At noon?\n");
    await lab.write(
      "base/conf/server.xml",
      `<Server port="8005" address="${server.ipv4}" shutdown="SHUTDOWN">
  <Service name="Catalina">
    <Connector port="9006" protocol="HTTP/1.1"/>
    <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>
  </Service>
</Server>
`,
    );
    await server.exec(["cp", "/etc/tomcat10/web.xml", `${folder}/base/conf/web.xml`]);
    await server.exec(["mkdir", `${folder}/base/logs`, `${folder}/base/temp`, `${folder}/base/work`]);
    const env = { CATALINA_HOME: "/usr/share/tomcat10", CATALINA_BASE: `${folder}/base` };
    const catalina = "/usr/share/tomcat10/bin/catalina.sh";
    for (const port of [8005, 9006]) lab.serves(server, { transport: "tcp", port, program: catalina });
    await server.start([catalina, "run"], { env });
    await server.waitForPort("tcp", 8005, 60_000);
    await client.exec(["curl", "--silent", "--fail", "--globoff", `http://[${server.ipv6}]:9006/`]);
    await client.exec([catalina, "stop"], { env, timeoutMs: 60_000 });
    await lab.pause(1_000);
  },
};
