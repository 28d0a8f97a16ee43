/** A limit of 0 flows caused an endless loop; -1 and 1.5 silently lost packets. */
import { expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9])(
  "a limit of %d flows is refused",
  async (maxFlows) => {
    await expect(summarize([], { maxFlows })).rejects.toMatchObject({ code: "bad_argument" });
  },
);

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("an idle timeout of %d s is refused", async (seconds) => {
  await expect(summarize([], { idleTimeoutSeconds: seconds })).rejects.toMatchObject({
    code: "bad_argument",
  });
});
