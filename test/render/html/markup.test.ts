/** Text inserted into a page cannot end an element or attribute, whoever wrote it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html, NOTHING, named } from "../../../src/render/html/markup.ts";
import { escapeHtml } from "../../../src/render/render-escape.ts";
import { propertyRuns } from "../../support/property-runs.ts";

describe("markup", () => {
  it("escapes text, and inserts markup unchanged", () => {
    const inner = html`<b title="${`"'`}">${"<i>&"}</b>`;
    expect(html`<p>${inner}${[inner, NOTHING]}${7}</p>`.text).toBe(
      `<p>${'<b title="&quot;&#39;">&lt;i&gt;&amp;</b>'.repeat(2)}7</p>`,
    );
  });

  it("isolates bidirectional letters of a name from their surroundings", () => {
    expect(named("שלום <\u202e>").text).toBe("<bdi>שלום &lt;\\u202e&gt;</bdi>");
  });

  it("contains no control character of a text", () => {
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
