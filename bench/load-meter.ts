/** How tight are the bounds of a load meter's hot keys, and what does a record cost? */

import { createUniformShardMap, hashPartitionKey } from '../dist/index.js';
import { createLoadMeter, type LoadMeter } from '../dist/load.js';

const RECORDS = 2_000_000;
const KEYS = 1_000_000;
const ROUNDS = 5;

/** A small generator (mulberry32), so that every run has the same records. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

/** Returns how many listed keys have a true load outside their bounds. */
function countViolations(
  report: ReturnType<LoadMeter['report']>,
  bytesOf: Float64Array,
  recordsOf: Float64Array,
): number {
  return [...report.keys, ...report.keysByRecords].filter((key) => {
    const index = Number(key.PartitionKey.slice(7));
    const bytes = bytesOf[index]! - key.bytes;
    const records = recordsOf[index]! - key.records;
    return bytes < 0 || bytes > key.error || records < 0 || records > key.recordsError;
  }).length;
}

const map = createUniformShardMap(16);
const sizes = Array.from({ length: 1001 }, (_, i) => new Uint8Array(50 + i));

console.log('keys      listed  violated  error of bytes  of records  ns a record  hashing its key');
for (const [name, exponent] of [
  ['Zipf 1.1', 1.1],
  ['Zipf 0.8', 0.8],
  ['uniform', 0],
] as const) {
  const random = createRandom(7);
  const sums = new Float64Array(KEYS);
  for (let i = 0; i < KEYS; i++) sums[i] = (sums[i - 1] ?? 0) + (i + 1) ** -exponent;
  const bytesOf = new Float64Array(KEYS);
  const recordsOf = new Float64Array(KEYS);
  const records = Array.from({ length: RECORDS }, () => {
    const at = random() * sums[KEYS - 1]!;
    let key = 0;
    for (let step = 2 ** 19; step > 0; step >>= 1) {
      if (key + step < KEYS && sums[key + step - 1]! <= at) key += step;
    }
    const Data = sizes[Math.floor(random() * sizes.length)]!;
    // Flat text, as if it was read from a socket.
    const PartitionKey = Buffer.from(`device-${key}`).toString('latin1');
    bytesOf[key]! += Data.length + PartitionKey.length;
    recordsOf[key]! += 1;
    return { PartitionKey, Data };
  });

  const meterNs: number[] = [];
  const hashNs: number[] = [];
  let meter = createLoadMeter();
  for (let round = 0; round < ROUNDS; round++) {
    meter = createLoadMeter();
    const startMs = performance.now();
    for (let i = 0; i < RECORDS; i++) meter.add(records[i]!, 1_700_000_000_000 + (i >> 3));
    const meteredMs = performance.now();
    for (let i = 0; i < RECORDS; i++) hashPartitionKey(records[i]!.PartitionKey);
    meterNs.push(((meteredMs - startMs) * 1e6) / RECORDS);
    hashNs.push(((performance.now() - meteredMs) * 1e6) / RECORDS);
  }
  const report = meter.report(map);
  console.log(
    [
      name.padEnd(8),
      `${report.keys.length}`.padStart(6),
      `${countViolations(report, bytesOf, recordsOf)}`.padStart(8),
      `${((100 * report.error) / report.bytes).toFixed(3)} %`.padStart(14),
      `${((100 * report.recordsError) / report.records).toFixed(3)} %`.padStart(10),
      medianOf(meterNs).toFixed(0).padStart(11),
      medianOf(hashNs).toFixed(0).padStart(15),
    ].join('  '),
  );
}
