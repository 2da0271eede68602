/**
 * Removes lines that are not valid partition keys, and reports them on standard error.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';
import { PARTITION_KEY_CHARACTERS_MAX } from '../base/limits.ts';
import { refuseViolations } from '../base/violation.ts';
import { checkPartitionKey } from '../hashing/hash-key.ts';
import { EXIT_BAD_INPUT } from './exit-code.ts';
import type { Lines } from './line-splitter.ts';
import type { ProgressBar } from './progress-bar.ts';

/** A longer line has too many characters, as each has at most four bytes in UTF-8. */
export const KEY_BYTES_MAX: number = 4 * PARTITION_KEY_CHARACTERS_MAX;

/**
 * Further invalid lines are only counted. Otherwise, a file of another kind would flood the screen.
 */
const REPORTS_MAX = 10;

/** Filters the batches of one input. */
export class KeyFilter {
  readonly #progress: ProgressBar;
  #lines = 0;
  #invalidLines = 0;

  /** @param progress Cleared before each report. */
  constructor(progress: ProgressBar) {
    this.#progress = progress;
  }

  /** Returns the valid keys of the next lines, packed in place. */
  removeInvalid(lines: Lines): Lines {
    const keys = hasOnlyShortKeys(lines) ? lines : this.#removeEachInvalid(lines);
    this.#lines += lines.count;
    return keys;
  }

  /** Reports how many lines were invalid, if any. */
  reportTotals(): void {
    if (this.#invalidLines === 0) return;
    const note = this.#invalidLines > REPORTS_MAX ? ` (the first ${REPORTS_MAX} are shown)` : '';
    process.stderr.write(
      `shardline: skipped ${this.#invalidLines} of ${this.#lines} lines${note}: expected one partition key per line, 1 to ${PARTITION_KEY_CHARACTERS_MAX} characters of UTF-8\n`,
    );
  }

  #removeEachInvalid({ packed, offsets, count }: Lines): Lines {
    let kept = 0;
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = offsets[i + 1]!;
      const flaw = findKeyFlaw(packed.subarray(start, end));
      if (flaw === undefined) {
        const keptEnd = offsets[kept]! + end - start;
        packed.copyWithin(offsets[kept]!, start, end);
        offsets[++kept] = keptEnd;
      } else {
        this.#report(this.#lines + i + 1, flaw);
      }
      start = end;
    }
    return { packed, offsets, count: kept };
  }

  #report(lineNumber: number, flaw: string): void {
    process.exitCode = EXIT_BAD_INPUT;
    this.#invalidLines++;
    if (this.#invalidLines > REPORTS_MAX) return;
    this.#progress.clear();
    process.stderr.write(`shardline: line ${lineNumber}: ${flaw}\n`);
  }
}

/**
 * True if every line is UTF-8 of 1 to 256 bytes, and therefore a valid key.
 *
 * This fast path takes a few nanoseconds per line; any other batch is checked line by line.
 */
function hasOnlyShortKeys({ packed, offsets, count }: Lines): boolean {
  if (!isUtf8(packed.subarray(0, offsets[count]!))) return false;
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!;
    const length = offsets[i + 1]! - start;
    if (length === 0 || length > PARTITION_KEY_CHARACTERS_MAX) return false;
    // A line that starts within a character splits it with the line before: both are invalid.
    if ((packed[start]! & 0xc0) === 0x80) return false;
  }
  return true;
}

/** Returns why a line is not a valid key, in the service's words if it has any. */
function findKeyFlaw(line: Uint8Array): string | undefined {
  // A longer line may have been cut within a character; its flaw is its length.
  if (line.length <= KEY_BYTES_MAX && !isUtf8(line)) return 'not valid UTF-8';
  const violation = checkPartitionKey(Buffer.from(line).toString(), 'partitionKey');
  return violation && refuseViolations([violation]).fault.message;
}
