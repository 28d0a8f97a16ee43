/** HTTP and HTTPS on the four ports that the list has for them. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "web",
  about: "nginx: pages by HTTP on 80 and 8080 and by HTTPS on 443 and 8443, asked for by curl and wget",
  packages: ["nginx", "curl", "wget", "openssl"],
  rows: ["80/tcp", "443/tcp", "8080/tcp", "8443/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server, folder } = lab;
    const { authority, certificate, key } = await makeCertificates(lab, ["labserver"]);
    const page = "<title>A page</title>\n<p>of the lab</p>\n";
    await server.exec(["mkdir", "-p", "/srv/web", "/var/log/nginx"]);
    await server.exec(["tee", "/srv/web/index.html"], { input: page });
    const configuration = await lab.write(
      "nginx.conf",
      [
        `daemon off; pid ${folder}/nginx.pid; error_log stderr; events { }`,
        `http { access_log off; root /srv/web; ssl_certificate ${certificate}; ssl_certificate_key ${key};`,
        ...["80", "8080"].map((port) => `  server { listen ${port}; listen [::]:${port}; }`),
        ...["443", "8443"].map(
          (port) => `  server { listen ${port} ssl http2; listen [::]:${port} ssl http2; }`,
        ),
        "}",
        "",
      ].join("\n"),
    );
    await server.start(["nginx", "-c", configuration]);
    for (const port of [80, 443, 8080, 8443]) {
      await server.waitForPort("tcp", port);
      lab.serves(server, { transport: "tcp", port, program: "nginx" });
    }
    const urls = ["http://labserver", "https://labserver", "http://labserver:8080", "https://labserver:8443"];
    for (const url of urls) {
      for (const version of ["-4", "-6"]) {
        const text = await client.exec(["curl", "-sS", version, "--cacert", authority, `${url}/`]);
        if (text !== page) throw new Error(`${url} gave ${JSON.stringify(text)}`);
      }
      await client.exec(["wget", "-q", "-O", "-", `--ca-certificate=${authority}`, `${url}/index.html`]);
    }
  },
};
