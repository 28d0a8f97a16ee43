import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFolder } from "../../src/cli/cache-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "appleflow-home-"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** The cache folder of the system, on Linux. */
const caches = () => join(home, "caches");
const found = (more: NodeJS.ProcessEnv = {}) => cacheFolder({ XDG_CACHE_HOME: caches(), ...more });

describe.skipIf(process.platform === "win32" || process.platform === "darwin")(
  "the folder for compiled code",
  () => {
    it("is created for its user alone, one for each release of Node", () => {
      const folder = found();
      expect(folder).toBe(join(caches(), "appleflow", `${process.version}-${process.arch}`));
      for (const path of [join(caches(), "appleflow"), folder ?? ""]) {
        expect(lstatSync(path).mode & 0o777, path).toBe(0o700);
      }
      expect(found()).toBe(folder);
    });

    it("defaults to .cache in the home folder", () => {
      expect(cacheFolder({ HOME: home })).toBe(
        join(home, ".cache/appleflow", `${process.version}-${process.arch}`),
      );
    });

    it("is not created without a home folder, or when caching is disabled", () => {
      expect(cacheFolder({})).toBeNull();
      expect(cacheFolder({ HOME: "here" })).toBeNull();
      expect(cacheFolder({ HOME: join(home, "nobody") })).toBeNull();
      expect(existsSync(join(home, "nobody"))).toBe(false);
      expect(found({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBeNull();
      expect(existsSync(caches())).toBe(false);
    });

    it("is not used if others can write to it, or if it is a link", () => {
      mkdirSync(join(caches(), "appleflow"), { recursive: true });
      chmodSync(join(caches(), "appleflow"), 0o777);
      expect(found()).toBeNull();
      rmSync(join(caches(), "appleflow"), { recursive: true });
      mkdirSync(join(home, "elsewhere"), { mode: 0o700 });
      symlinkSync(join(home, "elsewhere"), join(caches(), "appleflow"));
      expect(found()).toBeNull();
    });

    it("is not used below a folder where others could replace it", () => {
      chmodSync(home, 0o777);
      expect(found()).toBeNull();
      expect(existsSync(caches())).toBe(false);
      // As in /tmp: only the owner can remove an entry.
      chmodSync(home, 0o1777);
      expect(found()).not.toBeNull();
      chmodSync(caches(), 0o775);
      expect(found()).toBeNull();
    });

    it.skipIf(process.getuid?.() !== 0)("is not used by root below the home of another user", () => {
      chownSync(home, 12345, 12345);
      expect(cacheFolder({ HOME: home })).toBeNull();
      expect(existsSync(join(home, ".cache"))).toBe(false);
    });

    it("is not used if a file has its name", () => {
      writeFileSync(caches(), "");
      expect(found()).toBeNull();
    });
  },
);
