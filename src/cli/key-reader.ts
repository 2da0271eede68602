/**
 * Reads partition keys from a file or standard input, one per line.
 *
 * @module
 */

import { decodeText, type Input, measureInput, nameFile, readBytes } from './input.ts';
import { KEY_BYTES_MAX, KeyFilter } from './key-filter.ts';
import { LineSplitter, type Lines } from './line-splitter.ts';
import { ProgressBar } from './progress-bar.ts';

/**
 * Yields the valid keys in batches, as bytes. Each batch is valid until the next is requested.
 *
 * Invalid keys are reported on standard error and skipped.
 *
 * @param file A path, or `-` for standard input.
 * @throws {InputError} If the input cannot be read.
 */
export async function* readKeys(
  file: string,
  { isProgressShown }: { readonly isProgressShown: boolean },
): AsyncGenerator<Lines> {
  const input: Input = {
    file,
    title: nameFile(file),
    advice: 'Pass a file of partition keys, one per line, or no file to read standard input.',
  };
  const progress = new ProgressBar({ isShown: isProgressShown, totalBytes: measureInput(file) });
  const splitter = new LineSplitter(KEY_BYTES_MAX);
  const filter = new KeyFilter(progress);
  let bytesRead = 0;
  const countBytes = async function* () {
    for await (const chunk of readBytes(input)) {
      bytesRead += chunk.length;
      yield chunk;
    }
  };
  try {
    for await (const chunk of decodeText(countBytes(), input)) {
      yield filter.removeInvalid(splitter.push(chunk));
      progress.update(bytesRead);
    }
    yield filter.removeInvalid(splitter.end());
  } finally {
    progress.clear();
  }
  filter.reportTotals();
}
