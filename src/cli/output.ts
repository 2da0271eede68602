/**
 * Writes to standard output.
 *
 * @module
 */

import { pipeline } from 'node:stream/promises';

/**
 * Writes as fast as the output is read, and stops without an error when its reader leaves.
 *
 * @throws {NodeJS.ErrnoException} If the output cannot be written, for example to a full disk.
 */
export async function writeOutput(
  output: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): Promise<void> {
  try {
    await pipeline(output, process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
