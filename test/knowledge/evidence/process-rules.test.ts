import { describe, expect, it } from "vitest";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { ProcessRules } from "../../../src/knowledge/evidence/process-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const table = loadServiceTable();
const { processes } = loadEvidenceRules(table);

function productsOf(name: string, rules: ProcessRules = processes): readonly string[] | null {
  return rules.match(name)?.products.map((product) => product.name) ?? null;
}

describe("the match of a process name", () => {
  it.each([
    ["apsd", ["Push notifications"]],
    ["/System/Library/PrivateFrameworks/ApplePushService.framework/apsd", ["Push notifications"]],
    ["identityservicesd", ["FaceTime", "iMessage"]],
    ["identityservices", ["FaceTime", "iMessage"]],
    ["identityservice", ["FaceTime", "iMessage"]],
    ["networkservicepr", ["iCloud Private Relay"]],
    ["networkservicep", ["iCloud Private Relay"]],
    ["AppleIDAuthAgent", ["Apple Account sign-in", "iCloud"]],
    ["AppleIDAuthAgen", ["Apple Account sign-in", "iCloud"]],
    ["com.apple.geod", ["Location Services", "Maps"]],
    ["backupd", ["iCloud Backup", "Time Machine"]],
    ["com.apple.NRD.Up", ["Software Update"]],
    ["com.apple.MobileSoftwareUpdate.UpdateBrainService", ["Software Update"]],
    ["/Applications/App Store.app/Contents/MacOS/App Store", ["App Store", "Mac App Store"]],
    ["configd", []],
    ["Safari", []],
    ["Discord", []],
  ])("%s belongs to %j", (name, products) => expect(productsOf(name)).toEqual(products));

  it.each([
    "nsurlsessiond",
    "trustd",
    "ocspd",
    "mDNSResponder",
    "kernel_task",
    "com.apple.WebKit.Networking",
    "com.apple.WebKit",
    "com.apple.WebKi",
    "com.apple.Safari",
    "com.apple.Safar",
    "com.apple.Mobile",
    "com.apple.Mobil",
  ])("%s acts for others", (name) => {
    expect(processes.match(name)).toMatchObject({ products: [], actsForOthers: true, owner: "apple" });
  });

  it.each([
    ["apsd", "apple", false],
    ["configd", "apple", false],
    ["Safari", "apple", true],
    ["com.apple.WebKit.Networking", "apple", true],
    ["com.apple.WebKi", "apple", true],
    ["Google Chrome", "other", true],
    ["Google Chrome Helper", "other", true],
    ["Google Chrome He", "other", true],
    ["Google Chrome H", "other", true],
    ["Brave Browser H", "other", true],
    ["Microsoft Edge ", "other", true],
    ["firefox", "other", true],
    ["/Applications/Discord.app/Contents/MacOS/Discord", "other", false],
    ["zoom.us", "other", false],
    ["MSTeams", "other", false],
    ["Microsoft Teams ", "other", false],
  ])("%s is made by %s, a browser: %s", (name, owner, isBrowser) => {
    expect(processes.match(name)).toEqual({
      products: name === "apsd" ? [table.product("Push notifications")] : [],
      actsForOthers: /WebKi/.test(name),
      owner,
      isBrowser,
    });
  });

  it.each([
    "",
    "/",
    "curl",
    "APSD",
    "apsd ",
    "apsd\u0000",
    "identityservic",
    "Discor",
    "identityservicesdd",
    "com.apple.WebKit.Unknown",
    "a".repeat(65_536),
    `${"a/".repeat(32_768)}apsd`,
  ])("%j is unknown", (name) => expect(processes.match(name)).toBeNull());

  it("gives for the first 15 or 16 characters only what all processes sharing them have in common", () => {
    const [first, second] = table.products;
    const rule = (name: string, products: readonly (typeof first)[], actsForOthers = false) => ({
      name,
      products,
      actsForOthers,
      owner: "apple" as const,
      isBrowser: false,
    });
    const rules = new ProcessRules([
      [
        rule("com.example.alpha.one", [first]),
        rule("com.example.alpha.two", [second]),
        rule("com.example.beta-one", [first]),
        rule("com.example.beta-two", [], true),
      ],
    ]);
    expect(productsOf("com.example.alpha.one", rules)).toEqual([first.name]);
    expect(productsOf("com.example.alph", rules)).toEqual([first.name, second.name]);
    expect(productsOf("com.example.alp", rules)).toEqual([first.name, second.name]);
    expect(rules.match("com.example.beta")).toMatchObject({ products: [], actsForOthers: true });
    expect(rules.match("com.example.bet")).toMatchObject({ products: [], actsForOthers: true });
    expect(rules.match("com.example.be")).toBeNull();
  });

  it("has no owner if a truncated name fits both Apple's process and another", () => {
    const rule = (name: string, owner: "apple" | "other") => ({
      name,
      products: [],
      actsForOthers: false,
      owner,
      isBrowser: owner === "other",
    });
    const rules = new ProcessRules([
      [rule("com.example.gamma.one", "apple"), rule("com.example.gamut", "other")],
    ]);
    expect(rules.match("com.example.gam")).toBeNull();
    expect(rules.match("com.example.gamm")?.owner).toBe("apple");
    expect(rules.match("com.example.gamu")).toMatchObject({ owner: "other", isBrowser: true });
  });
});
