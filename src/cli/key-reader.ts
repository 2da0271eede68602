/**
 * Reads partition keys from a file or standard input, one per line.
 *
 * @module
 */

import { nameFile } from './input.ts';
import { KEY_BYTES_MAX, KeyFilter } from './key-filter.ts';
import { readLines } from './line-reader.ts';
import type { Lines } from './line-splitter.ts';

/**
 * Yields the valid keys in batches, as bytes. Each batch is valid until the next is requested.
 *
 * Invalid keys are reported on standard error and skipped.
 *
 * @param file A path, or `-` for standard input.
 * @throws {InputError} If the input cannot be read.
 */
export function readKeys(
  file: string,
  { isProgressShown }: { readonly isProgressShown: boolean },
): AsyncGenerator<Lines> {
  return readLines({
    input: {
      file,
      title: nameFile(file),
      advice: 'Pass a file of partition keys, one per line, or no file to read standard input.',
    },
    lineBytesMax: KEY_BYTES_MAX,
    isProgressShown,
    open: (progress) => {
      const filter = new KeyFilter(progress);
      return {
        take: (lines) => filter.removeInvalid(lines),
        reportTotals: () => filter.reportTotals(),
      };
    },
  });
}
