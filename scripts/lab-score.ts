/**
 * Scores the orientation of the flows of `fixtures/lab/` against what the lab itself knows of them:
 *
 *   npm run lab:score
 *
 * Exit status 1 where a bar is missed.
 */
import { fileURLToPath } from "node:url";
import { readAllCaptured } from "./lab/captured-session.ts";
import { addScores, isPassed, type Share, scoreSession } from "./lab/score.ts";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const scores = (await readAllCaptured()).map(scoreSession);

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
if (!isPassed(sums)) process.exitCode = 1;

function formatShare({ right, all }: Share): string {
  return `${right}/${all}`;
}

/** Never rounded up to what is demanded. */
function formatPercent({ right, all }: Share): string {
  return all === 0 ? "none there" : `${(Math.floor((right / all) * 1000) / 10).toFixed(1)} %`;
}
