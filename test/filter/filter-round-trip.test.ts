import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { compileFilter } from "../../src/filter/compile-filter.ts";
import { parseFilter } from "../../src/filter/filter-parser.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { filterText } from "./filter-text.ts";
import { anyPrimitive, filterTrees } from "./random-filters.ts";

test("a filter tree written as text parses back to the same tree", () => {
  fc.assert(
    fc.property(filterTrees(anyPrimitive), (tree) => {
      expect(parseFilter(filterText(tree)), filterText(tree)).toEqual(tree);
    }),
    { numRuns: propertyRuns(2000), seed: 7 },
  );
});

test("blanks, operator symbols, capitals and redundant parentheses do not change a filter", () => {
  fc.assert(
    fc.property(filterTrees(anyPrimitive), (tree) => {
      const text = filterText(tree)
        .replaceAll(/(?<!src|dst) and /g, "  && ")
        .replaceAll(" or ", "||")
        .replaceAll("not ", "!")
        .toUpperCase();
      expect(parseFilter(`((${text}\t))`), text).toEqual(tree);
    }),
    { numRuns: propertyRuns(500), seed: 8 },
  );
});

const WORDS = [
  ..."src dst host net port portrange proto tcp udp ip ip6 arp icmp and or not ( ) ! && || & | = != < [ ] / len less".split(
    " ",
  ),
  ..."greater multicast broadcast vlan ether mask 10 10.0.0.1 10.0.0.0/8 ::1 80 443-445 https tcp-syn tcpflags \\tcp".split(
    " ",
  ),
  ..."é \u0000 # 99999999999999999999 1.2.3 0x -".split(" "),
];

test("nonsense gives an InputError or a filter, never anything else", () => {
  const nonsense = fc.oneof(
    fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(" ")),
    fc.string({ maxLength: 40, unit: "binary" }),
  );
  fc.assert(
    fc.property(nonsense, (text) => {
      try {
        compileFilter(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).code).toBe("bad_filter");
      }
    }),
    { numRuns: propertyRuns(20_000), seed: 9 },
  );
});
