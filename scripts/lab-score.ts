/**
 * Scores the flows of `fixtures/lab/` against the lab's truth: the service side, and the owners of names that clients used.
 *
 *   npm run lab:score
 *
 * Exit status 1 if a requirement is not met.
 */
import { fileURLToPath } from "node:url";
import { readAllCaptured } from "./lab/captured-session.ts";
import { scoreNames } from "./lab/name-score.ts";
import { addScores, isPassed, type Share, scoreSession } from "./lab/score.ts";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const captured = await readAllCaptured();
const scores = captured.map(scoreSession);

const width = Math.max(...scores.map(({ name }) => name.length), "fixture".length);
process.stdout.write(`${"fixture".padEnd(width)}  TCP with handshake  all flows\n`);
for (const { name, handshakes, flows, wrong, unexplained } of scores) {
  process.stdout.write(
    `${name.padEnd(width)}  ${formatShare(handshakes).padStart(18)}  ${formatShare(flows).padStart(9)}\n`,
  );
  for (const flow of wrong) process.stdout.write(`    wrong: ${flow}\n`);
  for (const flow of unexplained) process.stdout.write(`    not in the truth: ${flow}\n`);
}
const sums = addScores(scores);
process.stdout.write(
  `\nTCP flows with a handshake: ${formatShare(sums.handshakes)} right (${formatPercent(sums.handshakes)}, 100 % demanded)\n` +
    `all flows: ${formatShare(sums.flows)} right (${formatPercent(sums.flows)}, 98 % demanded)\n`,
);
process.stdout.write("\nFlows with a name: right, wrongly named, not named\n");
let misnamed = 0;
for (const session of captured) {
  const { right, wrong, unnamed } = scoreNames(session);
  misnamed += wrong.length + unnamed.length;
  if (right + wrong.length + unnamed.length === 0) continue;
  process.stdout.write(
    `${session.truth.session.padEnd(width)}  ${right} ${wrong.length} ${unnamed.length}\n`,
  );
  for (const flow of [...wrong, ...unnamed]) process.stdout.write(`    ${flow}\n`);
}
if (!isPassed(sums) || misnamed > 0) process.exitCode = 1;

function formatShare({ right, all }: Share): string {
  return `${right}/${all}`;
}

/** Never rounded up to the requirement. */
function formatPercent({ right, all }: Share): string {
  return all === 0 ? "none there" : `${(Math.floor((right / all) * 1000) / 10).toFixed(1)} %`;
}
