/**
 * `npm run report`: asks other emulators the questions of the vectors, and writes report.md.
 *
 * Each peer runs in a process of its own and responds over plain HTTP/1.1 on loopback.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { askAggregation } from './aggregation-questions.ts';
import { PEERS, Peer } from './peer.ts';
import {
  askFields,
  askOrdering,
  askPartitionKeys,
  askReshard,
  askThrottle,
  askUniformRanges,
  askValidation,
  type Case,
  type Outcome,
  type Verdict,
} from './questions.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A peer that takes longer hangs. */
const REPORT_MS_MAX = 600_000;

type Verdicts = ReadonlyMap<string, readonly Verdict[]>;

function load(name: string): Case {
  return JSON.parse(readFileSync(`${root}vectors/${name}.json`, 'utf8'));
}

async function questionPeer(peer: Peer): Promise<Verdicts> {
  const numbers = load('sequence-numbers').cases;
  const { shards, numbers: shardNumbers } = await askReshard(peer, load('reshard').cases);
  return new Map([
    ['partition-keys', await askPartitionKeys(peer, load('partition-keys').cases)],
    ['uniform-ranges', await askUniformRanges(peer, load('uniform-ranges').cases)],
    ['sequence-numbers, read or refused', await askOrdering(peer, numbers)],
    ['sequence-numbers, field by field', askFields(peer, numbers)],
    ['validation', await askValidation(peer, load('validation'))],
    ['reshard, shards', shards],
    ['reshard, sequence numbers', shardNumbers],
    ['throttle', askThrottle(peer, load('throttle').cases)],
  ]);
}

function count(verdicts: readonly Verdict[], outcome: Outcome): number {
  return verdicts.filter((verdict) => verdict.outcome === outcome).length;
}

/** Text of a peer or a case within a line of Markdown. */
function cut(text: string): string {
  const line = text.replace(/[`\n|]/g, ' ').replace(/(.)\1{20,}/gu, '$1$1$1...');
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}

function* tableOf(all: ReadonlyMap<string, Verdicts>): Generator<string> {
  const names = [...all.keys()];
  const outcomes: readonly Outcome[] = ['passed', 'failed', 'otherwise', 'not asked'];
  const heads = ['passed', 'failed', 'other choice', 'not applicable'];
  const rows = [['vectors', ...names.flatMap((name) => heads.map((head) => `${name}: ${head}`))]];
  const total = names.flatMap(() => outcomes.map(() => 0));
  for (const row of all.get(names[0]!)!.keys()) {
    const counts = names.flatMap((name) =>
      outcomes.map((outcome) => count(all.get(name)!.get(row)!, outcome)),
    );
    for (const [i, number] of counts.entries()) total[i]! += number;
    rows.push([row, ...counts.map(String)]);
  }
  rows.push(['all', ...total.map(String)]);
  yield* alignTable(rows);
}

/** Yields a Markdown table as formatters write it. All columns but the first hold numbers. */
function* alignTable(rows: readonly string[][]): Generator<string> {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))),
  );
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  for (const line of [lines[0]!, rule, ...lines.slice(1)]) yield `| ${line.join(' | ')} |`;
}

/** Yields the table of a library that is asked for one file of vectors alone. */
function* aloneTableOf(name: string, verdicts: Verdicts): Generator<string> {
  const heads = ['passed', 'failed', 'other choice', 'not applicable'];
  const outcomes: readonly Outcome[] = ['passed', 'failed', 'otherwise', 'not asked'];
  const rows = [...verdicts].map(([row, list]) => [
    row,
    ...outcomes.map((outcome) => `${count(list, outcome)}`),
  ]);
  yield* alignTable([['vectors', ...heads.map((head) => `${name}: ${head}`)], ...rows]);
}

/** Yields the differences, in groups of the same kind. */
function* differencesOf(verdicts: Verdicts): Generator<string> {
  for (const [row, list] of verdicts) {
    for (const [outcome, title] of [
      ['failed', 'differs from the facts'],
      ['otherwise', 'differs where nothing is verified'],
      ['not asked', 'not applicable'],
    ] as const) {
      const groups = new Map<string, Verdict[]>();
      for (const verdict of list) {
        if (verdict.outcome !== outcome) continue;
        const { difference = '' } = verdict;
        groups.set(difference, [...(groups.get(difference) ?? []), verdict]);
      }
      if (groups.size === 0) continue;
      yield '';
      yield `**${row}**, ${title}:`;
      yield '';
      for (const [difference, members] of groups) {
        const example = members[0]!.example;
        const titles = members.map((verdict) => cut(verdict.title).slice(0, 60).trimEnd());
        const more = titles.length > 8 ? `, and ${titles.length - 8} more` : '';
        yield `- ${cut(difference)}, ${members.length} ${members.length === 1 ? 'case' : 'cases'}: ${titles.slice(0, 8).join('; ')}${more}`;
        if (example !== undefined) yield `  - for example: \`${cut(example)}\``;
      }
    }
  }
}

/** Yields the report. It has no date and no machine: the same responses give the same text. */
function* reportOf(
  all: ReadonlyMap<string, Verdicts>,
  aggregation: Verdicts,
  versions: Record<string, string>,
): Generator<string> {
  const named = [...all.keys()].map((name) => `${name} ${versions[name]}`);
  yield '# The vectors, asked of other emulators';
  yield '';
  yield `${named.join(' and ')} (npm). Written by \`npm run report\` from [the vectors](../../vectors/README.md).`;
  yield '';
  yield 'Passed: the peer responds as the case says. Failed: it differs from what is verified, that is from a published response, the documentation or the API model of the service. Other choice: it differs where the service is not known, so that who is right cannot be said. Not applicable: the peer cannot be asked, for want of the operation or of a clock that can be set.';
  yield '';
  yield 'kinesalite was last released in 2020: operations, members and limits that are younger are not in it. kinesis-local, which is kinesis-mock, has words of its own for most refusals, and each of them counts here. Violations in a message count in any order, in the wording of 2018 or of today. Partition keys are asked through 256 shards, which shows eight bits of each hash. The fields of sequence numbers are asked of the functions of kinesalite in `db/index.js`.';
  yield '';
  yield* tableOf(all);
  yield '';
  yield `aws-kinesis-agg ${versions['aws-kinesis-agg']} is the library of AWS for aggregated records in JavaScript. It is asked for \`aggregation.json\`, which no emulator has an operation for. It takes no range. Failed: it differs from the Kinesis Client Library. Other choice: that library loses records too.`;
  yield '';
  yield* aloneTableOf('aws-kinesis-agg', aggregation);
  for (const [name, verdicts] of [...all, ['aws-kinesis-agg', aggregation] as const]) {
    yield '';
    yield `## ${name} ${versions[name]}`;
    yield* differencesOf(verdicts);
  }
}

if (!existsSync(`${here}node_modules/kinesis-local`)) {
  // Optional packages are left out: the only one is the native store of kinesalite.
  const args = ['ci', '--prefix', here, '--omit=optional', '--no-audit', '--no-fund'];
  // On Windows, npm is a shell script.
  execFileSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
}

const { dependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));
const running: Peer[] = [];
const timer = setTimeout(async () => {
  console.error(`No report after ${REPORT_MS_MAX / 1000} s`);
  await Promise.all(running.map((peer) => peer.stop()));
  process.exit(1);
}, REPORT_MS_MAX);

const all = new Map<string, Verdicts>();
for (const kind of PEERS) {
  const peer = await Peer.start(kind);
  running.push(peer);
  try {
    all.set(kind.name, await questionPeer(peer));
  } finally {
    await peer.stop();
  }
}
clearTimeout(timer);
const aggregation: Verdicts = new Map([['aggregation', askAggregation(load('aggregation').cases)]]);

writeFileSync(`${here}report.md`, `${[...reportOf(all, aggregation, dependencies)].join('\n')}\n`);
console.log([...tableOf(all), ...aloneTableOf('aws-kinesis-agg', aggregation)].join('\n'));
