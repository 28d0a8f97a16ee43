/** A directory queried in plaintext and over TLS, by OpenLDAP's slapd and ldapsearch. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

const ENTRIES = `dn: dc=lab,dc=example
objectClass: dcObject
objectClass: organization
dc: lab
o: Lab

dn: cn=Anna,dc=lab,dc=example
objectClass: inetOrgPerson
cn: Anna
sn: Example
mail: anna@mail.example
`;

export const session: LabSession = {
  name: "ldap",
  about: "slapd: ldapsearch asks on 389 and, over TLS, on 636, over IPv4 and IPv6",
  packages: ["slapd", "ldap-utils", "openssl"],
  rows: ["389/tcp", "636/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    const { authority, certificate, key } = await makeCertificates(lab, ["ldap.lab.example"]);
    await server.exec(["mkdir", `${folder}/database`]);
    const configuration = await lab.write(
      "slapd.conf",
      `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
TLSCertificateFile ${certificate}
TLSCertificateKeyFile ${key}
database mdb
maxsize 1048576
suffix "dc=lab,dc=example"
rootdn "cn=admin,dc=lab,dc=example"
rootpw lab-password
directory ${folder}/database
`,
    );
    await server.exec(["slapadd", "-f", configuration, "-l", await lab.write("entries.ldif", ENTRIES)]);
    lab.serves(server, { transport: "tcp", port: 389, program: "slapd" });
    lab.serves(server, { transport: "tcp", port: 636, program: "slapd" });
    await server.start(["slapd", "-d", "0", "-f", configuration, "-h", "ldap:/// ldaps:///"]);
    await server.waitForPort("tcp", 636);

    for (const address of [server.ipv4, server.ipv6]) {
      // By name: GnuTLS does not put an address into the server name, and the certificate has none.
      await client.exec(["tee", "/etc/hosts"], { input: `${address} ldap.lab.example\n` });
      const search = (...options: string[]) =>
        client.exec(["ldapsearch", "-x", ...options, "-b", "dc=lab,dc=example", "(mail=anna*)", "mail"], {
          env: { LDAPTLS_CACERT: authority },
        });
      await search("-H", "ldap://ldap.lab.example");
      await search(
        "-H",
        "ldaps://ldap.lab.example",
        "-D",
        "cn=admin,dc=lab,dc=example",
        "-w",
        "lab-password",
      );
    }
  },
};
