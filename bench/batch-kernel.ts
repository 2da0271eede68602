/**
 * Which part of the batch router takes how long?
 *
 * Measures three parts: only the steps of MD5, with the same vectors and words; bytes to map
 * indexes; and strings to map indexes.
 */

import initWabt from 'wabt';
import { createBatchRouter, hashPartitionKeys } from '../dist/batch.js';
import { createUniformShardMap, hashPartitionKey } from '../dist/index.js';
import { FIRST_WORDS_AT, GROUP_KEYS, TABLES_AT } from '../src/batch/kernel-layout.ts';
import { initialise, rounds, SCRATCH, STATE, VECTORS } from '../tools/kernel/hash-functions.ts';
import { get, int, lines, locals, set, store } from '../tools/kernel/wat.ts';
import { nanosecondsEach, printTable, randomKeys } from './support.ts';

const KEYS = 1008;

interface Assembled {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: { rounds(until: number): void };
  };
}

/** Only the MD5 steps of a short key, on arbitrary words in memory. */
function roundsSource(words: number): string {
  return `(module
  (memory ${Math.ceil(TABLES_AT / 65536)})
  (func (export "rounds") (param $until i32) (local $at i32)
    ${locals('v128', [...STATE, ...SCRATCH])}
    (loop $next
      ${initialise()}
      ${rounds(61, (i) => i < words || i === 14)}
      ${lines(VECTORS.map((v) => store(FIRST_WORDS_AT + 16 * v, get('at'), get(`a${v}`))))}
      ${set('at', `(i32.add ${get('at')} ${int(4 * GROUP_KEYS)})`)}
      (br_if $next (i32.lt_u ${get('at')} ${get('until')})))))`;
}

const wabt = await initWabt();
const { WebAssembly } = globalThis as unknown as { WebAssembly: Assembled };

function assembleRounds(words: number): (until: number) => void {
  const module = wabt.parseWat('rounds.wat', roundsSource(words), { simd: true });
  const { buffer } = module.toBinary({});
  return new WebAssembly.Instance(new WebAssembly.Module(buffer)).exports.rounds;
}

const router = createBatchRouter(createUniformShardMap(64));
const out = new Uint32Array(KEYS);
const digests = new Uint8Array(16 * KEYS);

/** Key lengths in characters, with the number of words of the block that the kernel reads. */
const CASES = [
  [16, 5],
  [36, 10],
  [55, 14],
] as const;

const rows: Record<string, number[]> = {
  'the steps of MD5 alone': [],
  'routeBytes: bytes to map indexes': [],
  'route: strings to map indexes': [],
  'hashPartitionKeys: strings to digests': [],
  'routeBytes, times the steps alone': [],
};
const [alone, fromBytes, fromText, toDigests, ratio] = Object.values(rows) as [
  number[],
  number[],
  number[],
  number[],
  number[],
];

for (const [characters, words] of CASES) {
  const keys = randomKeys(characters).slice(0, KEYS);
  const packed = new Uint8Array(Buffer.from(keys.join('')));
  const offsets = Uint32Array.from({ length: KEYS + 1 }, (_, i) => i * characters);
  // With 64 uniform shards, the highest six bits of the hash key are the map index.
  const expected = keys.map((key) => Number(hashPartitionKey(key) >> 122n)).join();
  for (const result of [router.route(keys, out), router.routeBytes(packed, offsets, out)]) {
    if (result.join() !== expected) throw new Error('The batch and its keys one by one disagree');
  }
  const runRounds = assembleRounds(words);
  alone.push(await nanosecondsEach(KEYS, () => runRounds(4 * KEYS)));
  fromBytes.push(await nanosecondsEach(KEYS, () => router.routeBytes(packed, offsets, out)));
  fromText.push(await nanosecondsEach(KEYS, () => router.route(keys, out)));
  toDigests.push(await nanosecondsEach(KEYS, () => hashPartitionKeys(keys, digests)));
  ratio.push(fromBytes.at(-1)! / alone.at(-1)!);
}

console.log(`${KEYS} keys per call; columns: characters per key.\n`);
printTable(
  CASES.map(([characters]) => String(characters)),
  rows,
);
