/**
 * Where do the nanoseconds of a key go: the steps of MD5 alone, at the same width and with the same
 * words live, then bytes to positions, then strings to positions.
 */

import initWabt from 'wabt';
import { createBatchRouter, hashPartitionKeys } from '../dist/batch.js';
import { createUniformShardMap, hashPartitionKey } from '../dist/index.js';
import { roundsSource } from '../tools/kernel/kernel-source.ts';
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

/** Characters of a key, and the words of its block that the kernel takes to be other than zero. */
const CASES = [
  [16, 5],
  [36, 10],
  [55, 14],
] as const;

const rows: Record<string, number[]> = {
  'the steps of MD5 alone': [],
  'routeBytes: bytes to positions': [],
  'route: strings to positions': [],
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
  // With 64 uniform shards, the highest six bits of the hash key are the position.
  const expected = keys.map((key) => Number(hashPartitionKey(key) >> 122n)).join();
  for (const answer of [router.route(keys, out), router.routeBytes(packed, offsets, out)]) {
    if (answer.join() !== expected) throw new Error('The batch is not what its keys are');
  }
  const rounds = assembleRounds(words);
  alone.push(await nanosecondsEach(KEYS, () => rounds(4 * KEYS)));
  fromBytes.push(await nanosecondsEach(KEYS, () => router.routeBytes(packed, offsets, out)));
  fromText.push(await nanosecondsEach(KEYS, () => router.route(keys, out)));
  toDigests.push(await nanosecondsEach(KEYS, () => hashPartitionKeys(keys, digests)));
  ratio.push(fromBytes.at(-1)! / alone.at(-1)!);
}

console.log(`${KEYS} keys a call; columns: characters of a key.\n`);
printTable(
  CASES.map(([characters]) => String(characters)),
  rows,
);
