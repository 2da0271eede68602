/** How fast is the MD5 of long byte arrays, and how much does the view of words save? */

import { createHash } from 'node:crypto';
import { md5Bytes } from '../src/hashing/md5.ts';
import { mediansMs } from './support.ts';

const BYTES = 50_000;
const bytes = Uint8Array.from({ length: BYTES + 8 }, (_, i) => i * 167);
const words = new Uint32Array(4);

/** Words are read in place if the bytes start at a word boundary, otherwise packed byte by byte. */
const candidates: Record<string, () => unknown> = {
  'shardline, aligned': () => md5Bytes(bytes, 4, 4 + BYTES, words),
  'shardline, not aligned': () => md5Bytes(bytes, 5, 5 + BYTES, words),
  'node:crypto': () =>
    createHash('md5')
      .update(bytes.subarray(4, 4 + BYTES))
      .digest(),
};

for (const start of [4, 5]) {
  md5Bytes(bytes, start, start + BYTES, words);
  const ours = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
  const digest = createHash('md5')
    .update(bytes.subarray(start, start + BYTES))
    .digest('hex');
  if (ours !== digest) throw new Error(`${ours} is not ${digest}`);
}

const medians = await mediansMs(Object.values(candidates));
for (const [i, name] of Object.keys(candidates).entries()) {
  console.log(`${(BYTES / medians[i]! / 1000).toFixed(0).padStart(6)} MB/s  ${name}`);
}
