/**
 * Reads partition keys from a file or standard input, one per line.
 *
 * @module
 */

import { createReadStream, fstatSync, statSync } from 'node:fs';
import { describeSystemError, InputError } from './errors.ts';
import { KEY_BYTES_MAX, KeyFilter } from './key-filter.ts';
import { LineSplitter, type Lines } from './line-splitter.ts';
import { ProgressBar } from './progress-bar.ts';

const CHUNK_BYTES = 1 << 18;

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
  const progress = new ProgressBar({ isShown: isProgressShown, totalBytes: measureInput(file) });
  const splitter = new LineSplitter(KEY_BYTES_MAX);
  const filter = new KeyFilter(progress);
  let bytesRead = 0;
  try {
    for await (const chunk of readChunks(file)) {
      yield filter.removeInvalid(splitter.push(chunk));
      bytesRead += chunk.length;
      progress.update(bytesRead);
    }
    yield filter.removeInvalid(splitter.end());
  } finally {
    progress.clear();
  }
  filter.reportTotals();
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw new InputError(
      `cannot read ${file === '-' ? 'standard input' : file}: ${describeSystemError(error)}\nPass a file of partition keys, one per line, or no file to read standard input.`,
    );
  }
}

/** Returns the length of a regular file, or undefined for any other input. */
function measureInput(file: string): number | undefined {
  try {
    const stats = file === '-' ? fstatSync(0) : statSync(file);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    // Whatever is wrong, reading the input reports it.
    return undefined;
  }
}
