/**
 * `npm run vectors`: writes the vectors that lie beside it, from the library.
 *
 * They are checked against other sources by test/recordings/vectors.test.ts.
 */

import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { partitionKeys } from './generate/partition-keys.ts';
import { reshards } from './generate/reshard.ts';
import { sequenceNumbers } from './generate/sequence-numbers.ts';
import { throttles } from './generate/throttle.ts';
import { uniformRanges } from './generate/uniform-ranges.ts';
import { validations } from './generate/validation.ts';
import { writeVectorFile } from './generate/vector-file.ts';

/** The path from the top folder and the text of every file of vectors. */
export const files: ReadonlyMap<string, string> = new Map(
  [partitionKeys, uniformRanges, sequenceNumbers, validations, reshards, throttles].map((file) => [
    `vectors/${file.name}.json`,
    writeVectorFile(file),
  ]),
);

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of files) {
    writeFileSync(new URL(`../../${path}`, import.meta.url), text);
    console.log(`${path}  ${text.length} bytes`);
  }
}
