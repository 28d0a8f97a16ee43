/** Kerberos over UDP and TCP: tickets from the KDC, a change of password, the administration protocol (MIT). */
import type { LabSession } from "../lab.ts";

const PASSWORD = "lab-password";
const NEXT_PASSWORD = "lab-password-2";

export const session: LabSession = {
  name: "kerberos",
  about: "MIT krb5kdc and kadmind: kinit over UDP (IPv4) and TCP (IPv6), kpasswd on 464, kadmin on 749",
  packages: ["krb5-kdc", "krb5-admin-server", "krb5-user"],
  rows: ["88/tcp", "464/tcp", "749/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, folder, server } = lab;
    const overUdp = await lab.write("krb5.conf", makeClientConfiguration(server.ipv4, 1465));
    // A limit of one byte sends everything over TCP.
    const overTcp = await lab.write("krb5-tcp.conf", makeClientConfiguration(`[${server.ipv6}]`, 1));
    const kdcConfiguration = await lab.write(
      "kdc.conf",
      `
[realms]
  LAB.EXAMPLE = {
    database_name = ${folder}/principal
    key_stash_file = ${folder}/stash
    acl_file = ${folder}/kadm5.acl
    kadmind_port = 749
    kpasswd_port = 464
  }
[logging]
  kdc = FILE:${folder}/kdc.log
  admin_server = FILE:${folder}/kadmin.log
`,
    );
    await lab.write("kadm5.acl", "admin/admin@LAB.EXAMPLE *\n");
    const serverEnv = { KRB5_CONFIG: overUdp, KRB5_KDC_PROFILE: kdcConfiguration };
    const credentials = { KRB5CCNAME: `FILE:${folder}/credentials` };
    await server.exec(["kdb5_util", "create", "-s", "-P", "lab-master-key"], { env: serverEnv });
    for (const principal of ["anna", "admin/admin"]) {
      await server.exec(["kadmin.local", "-p", "root", "-q", `addprinc -pw ${PASSWORD} ${principal}`], {
        env: serverEnv,
      });
    }
    for (const transport of ["tcp", "udp"] as const) {
      lab.serves(server, { transport, port: 88, program: "krb5kdc" });
      lab.serves(server, { transport, port: 464, program: "kadmind" });
    }
    lab.serves(server, { transport: "tcp", port: 749, program: "kadmind" });
    await server.start(["krb5kdc", "-n", "-P", `${folder}/kdc.pid`], { env: serverEnv });
    await server.start(["kadmind", "-nofork", "-P", `${folder}/kadmind.pid`], { env: serverEnv });
    await server.waitForPort("tcp", 88);
    await server.waitForPort("tcp", 749);

    let password = PASSWORD;
    for (const configuration of [overUdp, overTcp]) {
      const env = { KRB5_CONFIG: configuration, ...credentials };
      const next = password === PASSWORD ? NEXT_PASSWORD : PASSWORD;
      await client.exec(["kinit", "anna"], { env, input: `${password}\n` });
      await client.exec(["kpasswd", "anna"], { env, input: `${password}\n${next}\n${next}\n` });
      await client.exec(["kadmin", "-p", "admin/admin", "-w", PASSWORD, "-q", "listprincs"], { env });
      password = next;
    }
  },
};

function makeClientConfiguration(host: string, largestUdpBytes: number): string {
  return `
[libdefaults]
  default_realm = LAB.EXAMPLE
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = ${largestUdpBytes}
[realms]
  LAB.EXAMPLE = {
    kdc = ${host}
    admin_server = ${host}
    kpasswd_server = ${host}
  }
`;
}
