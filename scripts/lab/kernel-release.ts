/** For programs that send their kernel release to the network: a release that belongs to no machine. */
import type { Lab, LabHost } from "./lab.ts";

/** uname(2) with a different third string (each has 65 bytes). Written without headers, which gcc alone lacks. */
const PROGRAM = `
extern long syscall(long number, ...);
extern char *strcpy(char *to, const char *from);
int uname(char (*texts)[65]) {
  long status = syscall(63, texts);
  if (status == 0) strcpy(texts[2], "6.1.0");
  return (int)status;
}
`;

/** Returns an environment in which a program of `host` sees kernel 6.1.0. Needs the package gcc, and x86-64. */
export async function hideKernelRelease(lab: Lab, host: LabHost): Promise<Readonly<Record<string, string>>> {
  const source = await lab.write("kernel-release.c", PROGRAM);
  const library = `${lab.folder}/kernel-release.so`;
  await host.exec(["gcc", "-shared", "-fPIC", "-nostdlib", "-o", library, source]);
  return { LD_PRELOAD: library };
}
