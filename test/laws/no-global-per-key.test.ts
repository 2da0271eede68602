/**
 * No operation on keys or records looks up a global: in a vm context (Jest, edge runtimes, DOM
 * emulations) each look-up asks an interceptor and takes some 100 ns. The look-ups are counted,
 * because a clock could only estimate them.
 */

import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as aggregation from '../../src/aggregation.ts';
import type * as batch from '../../src/batch.ts';
import type * as main from '../../src/index.ts';
import { root } from '../support/repository.ts';

type Library = typeof main & typeof batch & typeof aggregation;

const RECORDS = 400;
const NOW_MS = 1_700_000_000_000;
const StreamName = 'orders';
const CONTEXT = { accountId: '123456789012', region: 'us-east-1' };
const NUMBER = '49590338271490256608559692538361571095921575989136588898';

/** Keys of 0 to 99 characters, one in four of them not ASCII. */
const KEYS = Array.from({ length: RECORDS }, (_, i) => {
  const key = `${i}`.padEnd(1 + (i % 99), 'key');
  return i % 4 === 0 ? `${key}é日😀` : key;
});
const EMPTY = new Uint8Array();
const ENTRIES = KEYS.map((PartitionKey) => ({ PartitionKey, Data: new Uint8Array(10) }));
const EXPLICIT = ENTRIES.map((entry, i) => ({
  ...entry,
  ExplicitHashKey: `${2n ** 127n + BigInt(i)}`,
}));
/** Keys of 16 characters of ASCII. */
const ASCII = KEYS.map((_, i) => ({ PartitionKey: `${i}`.padEnd(16, 'x'), Data: EMPTY }));

/** Reads of globals since the last reset, by name. */
const reads = new Map<string, number>();

/** Every global that the library reads goes through this object. */
const scope = new Proxy(globalThis as unknown as Record<string, unknown>, {
  // The engine knows `undefined` without a look-up.
  has: (globals, name) => name !== 'undefined' && name in globals,
  get(globals, name) {
    if (typeof name === 'symbol') return undefined;
    reads.set(name, (reads.get(name) ?? 0) + 1);
    return globals[name];
  },
});

let library: Library;

beforeAll(async () => {
  const names = ['index', 'batch', 'aggregation'];
  const contents = names.map((name) => `export * from './src/${name}.ts';`).join('');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'library',
    target: 'es2022',
  });
  // `with` is refused in strict code, so the script must not begin with its directive.
  const script = outputFiles[0]!.text.replace('"use strict";', '');
  library = new Function('scope', `with (scope) { ${script} return library; }`)(scope);
});

/** Each prepares an operation, uncounted, and returns the function that is called many times. */
const OPERATIONS: Readonly<Record<string, (library: Library) => () => void>> = {
  hashPartitionKey: (library) => () => KEYS.forEach((key) => void library.hashPartitionKey(key)),
  parseHashKey: (library) => () =>
    EXPLICIT.forEach(({ ExplicitHashKey }) => void library.parseHashKey(ExplicitHashKey)),
  formatHashKey: (library) => () => KEYS.forEach((_, i) => void library.formatHashKey(BigInt(i))),
  'map.locate': (library) => {
    const map = library.createUniformShardMap(300);
    const hashKeys = KEYS.map((key) => library.hashPartitionKey(key));
    return () => hashKeys.forEach((hashKey) => void map.locate(hashKey));
  },
  'map.locatePartitionKey': (library) => {
    const map = library.createUniformShardMap(300);
    return () => KEYS.forEach((key) => void map.locatePartitionKey(key));
  },
  'map.locateRecord': (library) => {
    const map = library.createUniformShardMap(300);
    return () => [...ENTRIES, ...EXPLICIT].forEach((record) => void map.locateRecord(record));
  },
  parseSequenceNumber: (library) => () =>
    KEYS.forEach(() => void library.parseSequenceNumber(NUMBER)),
  formatSequenceNumber: (library) => {
    const parts = library.unwrap(library.parseSequenceNumber(NUMBER));
    return () => KEYS.forEach(() => void library.formatSequenceNumber(parts));
  },
  compareSequenceNumbers: (library) => () =>
    KEYS.forEach(() => void library.compareSequenceNumbers(NUMBER, '7')),
  'sequencer.next': (library) => {
    const sequencer = library.createSequencer({ shardIndex: 0, shardCreatedAtMs: NOW_MS });
    return () => KEYS.forEach((_, i) => void sequencer.next(NOW_MS + 700 * i));
  },
  'stream.putRecord': (library) => {
    const request = { StreamName, ShardCount: 3 };
    const stream = library.unwrap(library.createStream(request, CONTEXT, NOW_MS));
    return () =>
      [...ENTRIES, ...EXPLICIT].forEach((entry, i) => {
        stream.putRecord({ StreamName, ...entry }, NOW_MS + 5000 + i);
      });
  },
  'stream.putRecords': (library) => {
    const request = { StreamName, ShardCount: 3 };
    const stream = library.unwrap(library.createStream(request, CONTEXT, NOW_MS));
    return () => void stream.putRecords({ StreamName, Records: ENTRIES }, NOW_MS + 5000);
  },
  'router.route': (library) => {
    const router = library.createBatchRouter(library.createUniformShardMap(300));
    return () => void router.route(KEYS);
  },
  'router.route, scalar': (library) => {
    const map = library.createUniformShardMap(300);
    const router = library.createBatchRouter(map, { kernel: 'scalar' });
    return () => void router.route(KEYS);
  },
  'router.routeRecords': (library) => {
    const router = library.createBatchRouter(library.createUniformShardMap(300));
    return () => void router.routeRecords([...ENTRIES, ...EXPLICIT]);
  },
  aggregateRecords: (library) => () => void library.aggregateRecords([...ENTRIES, ...EXPLICIT]),
  // Keys beyond ASCII are left out: decoding one looks up String.
  deaggregateRecord: (library) => {
    const record = library.unwrap(library.aggregateRecords(ASCII));
    return () => void library.deaggregateRecord(record);
  },
  'deaggregateRecord, range': (library) => {
    const record = library.unwrap(library.aggregateRecords(ASCII));
    const range = { startingHashKey: 0n, endingHashKey: 2n ** 128n - 1n };
    return () => void library.deaggregateRecord(record, range);
  },
  hashPartitionKeys: (library) => () => void library.hashPartitionKeys(KEYS),
};

describe('global look-ups', () => {
  it.each(Object.entries(OPERATIONS))('do not happen per key in %s', (_, prepare) => {
    const run = prepare(library);
    run();
    reads.clear();
    run();
    // A few per call, as for the output array of a batch, are not per key.
    for (const [name, count] of reads) expect(count, name).toBeLessThan(10);
  });

  it('are counted', () => {
    reads.clear();
    library.createUniformShardMap(300);
    expect(reads.get('Object')).toBeGreaterThan(300);
  });
});
