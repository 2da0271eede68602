/** How long does it take to read sixteen bytes as one integer? */

import { randomBytes } from 'node:crypto';
import { bench, do_not_optimize } from 'mitata';
// An internal function, so that the conversion is timed without the hash.
import { uint128FromBytes } from '../src/base/uint128.ts';
import { assertSameResults, cycle, INPUTS, loadPeer, runAll } from './support.ts';

const { toBigIntBE } = loadPeer<{ toBigIntBE(bytes: Buffer): bigint }>('bigint-buffer');

const inputs = Array.from({ length: INPUTS }, () => randomBytes(16));

const candidates: Record<string, (bytes: Buffer) => bigint> = {
  'shardline uint128FromBytes': (bytes) => uint128FromBytes(bytes, 0),
  'bigint-buffer toBigIntBE': toBigIntBE,
  'Buffer readBigUInt64BE twice': (bytes) =>
    (bytes.readBigUInt64BE(0) << 64n) | bytes.readBigUInt64BE(8),
  'hex, BigInt': (bytes) => BigInt(`0x${bytes.toString('hex')}`),
};

assertSameResults(inputs, candidates);
for (const [name, call] of Object.entries(candidates)) {
  const next = cycle(inputs, call);
  bench(name, () => do_not_optimize(next()));
}

await runAll();
