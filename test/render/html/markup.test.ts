/** Text that is put into a page ends no element and no attribute, whoever wrote it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html, NOTHING, named } from "../../../src/render/html/markup.ts";
import { escapeHtml } from "../../../src/render/render-escape.ts";
import { propertyRuns } from "../../support/property-runs.ts";

describe("markup", () => {
  it("escapes whatever is no markup, and puts markup in as it is", () => {
    const inner = html`<b title="${`"'`}">${"<i>&"}</b>`;
    expect(html`<p>${inner}${[inner, NOTHING]}${7}</p>`.text).toBe(
      `<p>${'<b title="&quot;&#39;">&lt;i&gt;&amp;</b>'.repeat(2)}7</p>`,
    );
  });

  it("keeps the letters of a name from turning round those beside it", () => {
    expect(named("שלום <\u202e>").text).toBe("<bdi>שלום &lt;\\u202e&gt;</bdi>");
  });

  it("has no character of a text that a browser or a terminal obeys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\p{Cc}\p{Cf}\p{Cs}]|&(?!(amp|lt|gt|quot|#39);)/u);
      }),
      { numRuns: propertyRuns(5000) },
    );
  });

  it("escapes a text once", () => {
    expect(escapeHtml("&lt;")).toBe("&amp;lt;");
    expect(escapeHtml("plain text, 1.2 kB")).toBe("plain text, 1.2 kB");
  });
});
