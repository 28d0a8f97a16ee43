/** The coverage counters of the fuzzer: what they count, and that instrumented code behaves the same. */
import { describe, expect, it } from "vitest";
import { type CoveredFile, figuresOf, wordsOf } from "../../scripts/fuzz/instrumented/coverage-map.ts";
import { instrument } from "../../scripts/fuzz/instrumented/instrument.ts";

/** Runs `f(...values)` of instrumented JavaScript; returns its result, and the count of each block. */
function run(code: string, ...values: readonly unknown[]) {
  const counted = instrument(code, 0, "counters");
  const counters = new Uint8Array(counted.functions.length);
  const f = new Function("counters", `${counted.code}\nreturn f;`)(counters) as (
    ...values: unknown[]
  ) => unknown;
  return { result: f(...values), counts: [...counters], functions: counted.functions };
}

describe("coverage counters", () => {
  it("distinguish each branch, and the code that follows", () => {
    const code = "function f(x) { if (x > 1) return 'many'; else if (x === 1) return 'one'; return 'none'; }";
    expect(run(code, 2)).toMatchObject({ result: "many", counts: [1, 1, 0, 0, 0] });
    expect(run(code, 1)).toMatchObject({ result: "one", counts: [1, 0, 1, 0, 1] });
    expect(run(code, 0)).toMatchObject({ result: "none", counts: [1, 0, 1, 1, 0] });
  });

  it("are inserted into expressions, loops, cases and arrow functions", () => {
    expect(run("const f = (x) => x ? x.a ?? ({ b: 1 }) : null;", {})).toMatchObject({
      result: { b: 1 },
      counts: [1, 1, 0, 1],
    });
    const loops =
      "function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; while (s > 9) s -= 5; return s; }";
    expect(run(loops, 6)).toMatchObject({ result: 5, counts: [1, 6, 2] });
    const cases = "function f(x) { switch (x) { case 1: case 2: return 'a'; default: return 'b'; } }";
    expect(run(cases, 1)).toMatchObject({ result: "a", counts: [1, 1, 0] });
    const caught = "function f(x) { try { return x.y.z; } catch { return 'caught'; } }";
    expect(run(caught, {})).toMatchObject({ result: "caught", counts: [1, 1] });
  });

  it("nest like the code", () => {
    const code =
      "function f(a, b) { if (a) for (const x of b) if (x) continue; else return x; return (a && b) || 7; }";
    expect(run(code, 1, [1, 0])).toMatchObject({ result: 0 });
    expect(run(code, 0, [])).toMatchObject({ result: 7 });
  });

  it("belong to the innermost function", () => {
    const { functions } = run(
      "function f(x) { return [1].map((y) => { if (y) return x; return y; })[0] || 2; }",
      1,
    );
    // f, its operand, the inner function, the code after its branch, the branch.
    expect(functions.toSorted()).toEqual([0, 0, 2, 2, 2]);
  });

  it("leave types unchanged", () => {
    const code =
      "abstract class A { abstract a(): void; b(x?: number): string { return x ? 'y' : String(x as number); } }";
    expect(instrument(code, 7, "c").code).toBe(
      "abstract class A { abstract a(): void; b(x?: number): string {c[7]++; return x ? (c[8]++,'y') : (c[9]++,String(x as number)); } }",
    );
  });
});

describe("coverage figures", () => {
  const file: CoveredFile = {
    path: "a.ts",
    first: 4,
    functions: [-1, 5, 5, 7, 7],
    texts: ["GET"],
    numbers: [0x1bb],
  };

  it("count the blocks of the functions that were entered", () => {
    const marks = Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 0, 0);
    expect(figuresOf([file], marks)).toEqual({ functions: 1, blocks: 1, blocksInFunctions: 2 });
  });

  it("include the string literals of the files reached", () => {
    const none = new Uint8Array(9);
    const some = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0, 0);
    expect(wordsOf([file], none, false)).toEqual([]);
    expect(wordsOf([file], some, true).map(String)).toEqual(["71,69,84"]);
    expect(wordsOf([file], some, false).map(String)).toEqual(["71,69,84", "1,187", "187,1"]);
  });
});
