/** Opens the page in the desktop's browser. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { html } from "../render/html/markup.ts";

/** An opened page. */
export interface OpenedPage {
  /** Removes the file that was needed to open it. */
  close(): void;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Has the desktop open `url`; null if there is no desktop, or it opens nothing. Everybody on a machine can read the arguments
 * of a program, so it receives a file that only its owner can read, and the file redirects to the address.
 */
export async function openInBrowser(url: string, env: Variables): Promise<OpenedPage | null> {
  const program = openerOf(env);
  if (program === null) return null;
  let folder: string | null = null;
  const close = () => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  };
  const page = html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>appleflow</title></head></html>`;
  try {
    folder = mkdtempSync(join(tmpdir(), "appleflow-"));
    const file = join(folder, "open.html");
    writeFileSync(file, page.text, { mode: 0o600 });
    const child = spawn(program, [file], { env, stdio: "ignore", detached: true });
    await once(child, "spawn");
    child.unref();
  } catch {
    close();
    return null;
  }
  return { close };
}

function openerOf({ DISPLAY, WAYLAND_DISPLAY }: Variables): string | null {
  if (process.platform === "darwin") return "open";
  return DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined ? "xdg-open" : null;
}
