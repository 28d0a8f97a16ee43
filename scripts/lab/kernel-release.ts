/** For programs that tell the network which kernel they run on: a release that is no machine's. */
import type { Lab, LabHost } from "./lab.ts";

/** uname(2) as it is, but for the third of its texts of 65 bytes. Written without headers, which gcc alone has not. */
const PROGRAM = `
extern long syscall(long number, ...);
extern char *strcpy(char *to, const char *from);
int uname(char (*texts)[65]) {
  long status = syscall(63, texts);
  if (status == 0) strcpy(texts[2], "6.1.0");
  return (int)status;
}
`;

/** Environment with which a program of `host` takes its kernel for 6.1.0. Needs the package gcc, and x86-64. */
export async function hideKernelRelease(lab: Lab, host: LabHost): Promise<Readonly<Record<string, string>>> {
  const source = await lab.write("kernel-release.c", PROGRAM);
  const library = `${lab.folder}/kernel-release.so`;
  await host.exec(["gcc", "-shared", "-fPIC", "-nostdlib", "-o", library, source]);
  return { LD_PRELOAD: library };
}
