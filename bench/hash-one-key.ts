/** How long does it take to hash one partition key? */

import { createHash, hash } from 'node:crypto';
import { bench, do_not_optimize, group } from 'mitata';
import { hashPartitionKey } from '../dist/index.js';
import { assertSameResults, cycle, loadPeer, randomKeys, runAll } from './support.ts';

interface WasmHasher {
  init(): WasmHasher;
  update(text: string): WasmHasher;
  digest(): string;
}

const { createMD5 } = loadPeer<{ createMD5(): Promise<WasmHasher> }>('hash-wasm');
const jsMd5 = loadPeer<(text: string) => string>('js-md5');
const sparkMd5 = loadPeer<{ hash(text: string): string }>('spark-md5');
const { md5: nobleMd5 } = loadPeer<{ md5(bytes: Uint8Array): Uint8Array }>(
  '@noble/hashes/legacy.js',
);
const kinesalite = loadPeer<{ partitionKeyToHashKey(key: string): { toFixed(): string } }>(
  'kinesalite/db',
);

const wasmMd5 = await createMD5();
const encoder = new TextEncoder();

const candidates: Record<string, (key: string) => unknown> = {
  'shardline hashPartitionKey': hashPartitionKey,
  'node:crypto createHash, hex, BigInt': (key) =>
    BigInt(`0x${createHash('md5').update(key).digest('hex')}`),
  'node:crypto hash, hex, BigInt': (key) => BigInt(`0x${hash('md5', key, 'hex')}`),
  'hash-wasm, hex, BigInt': (key) => BigInt(`0x${wasmMd5.init().update(key).digest()}`),
  'js-md5, hex, BigInt': (key) => BigInt(`0x${jsMd5(key)}`),
  'spark-md5, hex, BigInt': (key) => BigInt(`0x${sparkMd5.hash(key)}`),
  '@noble/hashes, DataView, BigInt': (key) => {
    const view = new DataView(nobleMd5(encoder.encode(key)).buffer);
    return (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  },
  'kinesalite partitionKeyToHashKey': (key) => kinesalite.partitionKeyToHashKey(key),
};

for (const characters of [16, 36, 100]) {
  const keys = randomKeys(characters);
  assertSameResults(keys, candidates, (result) =>
    typeof result === 'bigint' ? result : BigInt((result as { toFixed(): string }).toFixed()),
  );
  group(`${characters} characters`, () => {
    for (const [name, call] of Object.entries(candidates)) {
      const next = cycle(keys, call);
      bench(`${name}, ${characters} characters`, () => do_not_optimize(next()));
    }
  });
}

await runAll();
