/**
 * Removes lines that are not valid partition keys, and reports them on standard error.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';
import { PARTITION_KEY_CHARACTERS_MAX } from '../base/limits.ts';
import { refuseViolations } from '../base/violation.ts';
import { checkPartitionKey } from '../hashing/hash-key.ts';
import { FlawReports } from './flaw-reports.ts';
import type { Lines } from './line-splitter.ts';
import type { ProgressBar } from './progress-bar.ts';

/** A longer line has too many characters, because each has at most four bytes in UTF-8. */
export const KEY_BYTES_MAX: number = 4 * PARTITION_KEY_CHARACTERS_MAX;

/** Filters the batches of one input. */
export class KeyFilter {
  readonly #reports: FlawReports;
  #lines = 0;

  /** @param progress The bar to clear before each report. */
  constructor(progress: ProgressBar) {
    this.#reports = new FlawReports({ beforeReport: () => progress.clear() });
  }

  /** Returns the valid keys of the next lines, packed in place. */
  removeInvalid(lines: Lines): Lines {
    if (this.#lines === 0 && lines.count > 0) this.#warnOfOtherFormat(lines);
    const keys = hasOnlyShortKeys(lines) ? lines : this.#removeEachInvalid(lines);
    this.#lines += lines.count;
    return keys;
  }

  /** Reports how many lines were invalid, if any. */
  reportTotals(): void {
    const expected = `one partition key per line, 1 to ${PARTITION_KEY_CHARACTERS_MAX} characters of UTF-8`;
    this.#reports.printTotals(this.#lines, 'lines', expected);
  }

  /** Warns if the first line looks like something else, and hardly like a key. */
  #warnOfOtherFormat({ packed, offsets }: Lines): void {
    const bytes = packed.subarray(offsets[0], offsets[1]);
    const line = Buffer.from(bytes).toString('latin1');
    if (/^(?:\[?\{"|[[{]$)/.test(line)) {
      this.#reports.addWarning(
        'line 1 looks like JSON, but each line is read as a key; to read records, use --records with spread, advise or plan',
      );
    } else if (line.includes('\0') && isUtf8(bytes)) {
      this.#reports.addWarning(
        "line 1 has a NUL, but each line is read as a key; to read keys that are separated by NUL, convert them first, with: tr '\\0' '\\n'",
      );
    }
  }

  #removeEachInvalid({ packed, offsets, count }: Lines): Lines {
    let kept = 0;
    let start = offsets[0]!;
    for (let i = 0; i < count; i++) {
      const end = offsets[i + 1]!;
      const flaw = findKeyFlaw(packed.subarray(start, end));
      if (flaw === undefined) {
        const keptEnd = offsets[kept]! + end - start;
        packed.copyWithin(offsets[kept]!, start, end);
        offsets[++kept] = keptEnd;
      } else {
        this.#reports.addFlaw(`line ${this.#lines + i + 1}: ${flaw}`);
      }
      start = end;
    }
    return { packed, offsets, count: kept };
  }
}

/**
 * True if every line is UTF-8 of 1 to 256 bytes, and therefore a valid key.
 *
 * This fast path takes a few nanoseconds per line; any other batch is checked line by line.
 */
function hasOnlyShortKeys({ packed, offsets, count }: Lines): boolean {
  if (!isUtf8(packed.subarray(offsets[0], offsets[count]))) return false;
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!;
    const length = offsets[i + 1]! - start;
    if (length === 0 || length > PARTITION_KEY_CHARACTERS_MAX) return false;
    // A line that starts within a character shares it with the previous line: both are invalid.
    if ((packed[start]! & 0xc0) === 0x80) return false;
  }
  return true;
}

/** Returns why a line is not a valid key, with the service's message if there is one. */
function findKeyFlaw(line: Uint8Array): string | undefined {
  // A longer line may have been cut within a character; its flaw is its length, not its encoding.
  if (line.length <= KEY_BYTES_MAX && !isUtf8(line)) return 'not valid UTF-8';
  // A character has at least one byte, so only a line with more bytes needs decoding.
  if (line.length > 0 && line.length <= PARTITION_KEY_CHARACTERS_MAX) return undefined;
  const violation = checkPartitionKey(Buffer.from(line).toString(), 'partitionKey');
  return violation && refuseViolations([violation]).fault.message;
}
