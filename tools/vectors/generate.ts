/**
 * `npm run vectors`: writes the files in `vectors` from the library.
 *
 * test/recordings/vectors.test.ts checks them against other sources.
 */

import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { aggregation } from './generate/aggregation.ts';
import { partitionKeys } from './generate/partition-keys.ts';
import { reshards } from './generate/reshard.ts';
import { sequenceNumbers } from './generate/sequence-numbers.ts';
import { throttles } from './generate/throttle.ts';
import { uniformRanges } from './generate/uniform-ranges.ts';
import { validations } from './generate/validation.ts';
import { formatVectorFile } from './generate/vector-file.ts';

/** The text of every vector file, by its path from the top folder. */
export const files: ReadonlyMap<string, string> = new Map(
  [
    partitionKeys,
    uniformRanges,
    sequenceNumbers,
    validations,
    reshards,
    throttles,
    aggregation,
  ].map((file) => [`vectors/${file.name}.json`, formatVectorFile(file)]),
);

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of files) {
    writeFileSync(new URL(`../../${path}`, import.meta.url), text);
    console.log(`${path}  ${text.length} bytes`);
  }
}
