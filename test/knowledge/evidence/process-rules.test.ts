import { describe, expect, it } from "vitest";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { ProcessRules } from "../../../src/knowledge/evidence/process-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const table = loadServiceTable();
const { processes } = loadEvidenceRules(table);

function productsOf(name: string, rules: ProcessRules = processes): readonly string[] | null {
  return rules.match(name)?.products.map((product) => product.name) ?? null;
}

describe("match", () => {
  it.each([
    ["apsd", ["Push notifications"]],
    ["/System/Library/PrivateFrameworks/ApplePushService.framework/apsd", ["Push notifications"]],
    ["identityservicesd", ["FaceTime", "iMessage"]],
    ["identityservices", ["FaceTime", "iMessage"]],
    ["networkservicepr", ["iCloud Private Relay"]],
    ["AppleIDAuthAgent", ["Apple Account sign-in", "iCloud"]],
    ["com.apple.geod", ["Maps"]],
    ["com.apple.NRD.Up", ["Software Update"]],
    ["com.apple.MobileSoftwareUpdate.UpdateBrainService", ["Software Update"]],
    ["/Applications/App Store.app/Contents/MacOS/App Store", ["App Store", "Mac App Store"]],
    ["configd", []],
  ])("%s is of %j", (name, products) => expect(productsOf(name)).toEqual(products));

  it.each([
    "nsurlsessiond",
    "trustd",
    "ocspd",
    "mDNSResponder",
    "kernel_task",
    "com.apple.WebKit.Networking",
    "com.apple.WebKit",
    "com.apple.Safari",
    "com.apple.Mobile",
  ])("%s acts for others", (name) => {
    expect(processes.match(name)).toEqual({ products: [], actsForOthers: true });
  });

  it.each([
    "",
    "/",
    "curl",
    "APSD",
    "apsd ",
    "apsd\u0000",
    "identityservice",
    "identityservicesdd",
    "com.apple.WebKit.Unknown",
    "a".repeat(65_536),
    `${"a/".repeat(32_768)}apsd`,
  ])("%j is nothing known", (name) => expect(processes.match(name)).toBeNull());

  it("tells by the first 16 characters only what all who share them agree on", () => {
    const [first, second] = table.products;
    const rule = (name: string, products: readonly (typeof first)[], actsForOthers = false) => ({
      name,
      products,
      actsForOthers,
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
    expect(rules.match("com.example.beta")).toEqual({ products: [], actsForOthers: true });
    expect(rules.match("com.example.bet")).toBeNull();
  });
});
