/**
 * Partition keys from a file or from standard input, one a line.
 *
 * Keys stay bytes from end to end. What is no partition key is reported and left out.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';
import { createReadStream, fstatSync, statSync } from 'node:fs';
import { PARTITION_KEY_CHARACTERS_MAX } from '../base/limits.ts';
import { refuseViolations } from '../base/violation.ts';
import { checkPartitionKey } from '../hashing/hash-key.ts';
import { EXIT_BAD_INPUT, InputFailure, systemMessage } from './failure.ts';
import { LineSplitter, type Lines } from './line-splitter.ts';
import { ProgressBar } from './progress-bar.ts';

/** Any line of more bytes has too many characters: a character has at most four. */
const KEY_BYTES_MAX = 4 * PARTITION_KEY_CHARACTERS_MAX;

/** So many refused lines are reported one by one: a file of another kind would flood the screen. */
const REPORTS_MAX = 10;

const CHUNK_BYTES = 1 << 18;

/**
 * The keys of an input, batch by batch; each is valid until the next one is asked for.
 *
 * @param file `-` is standard input.
 * @param isProgressShown False where there is no terminal, or something else is written to it.
 */
export async function* readKeys(file: string, isProgressShown: boolean): AsyncGenerator<Lines> {
  const progress = new ProgressBar({ isShown: isProgressShown, totalBytes: inputBytes(file) });
  const splitter = new LineSplitter(KEY_BYTES_MAX);
  const sieve = new KeySieve(progress);
  let bytesRead = 0;
  try {
    for await (const chunk of readChunks(file)) {
      yield sieve.sift(splitter.push(chunk));
      bytesRead += chunk.length;
      progress.update(bytesRead);
    }
    yield sieve.sift(splitter.end());
  } finally {
    progress.clear();
  }
  sieve.conclude();
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw new InputFailure(
      `cannot read ${file === '-' ? 'standard input' : file}: ${systemMessage(error)}\nName a file of partition keys, one a line, or none to read standard input.`,
    );
  }
}

/** The length of an input; undefined for a pipe, a terminal, or what cannot be read anyhow. */
function inputBytes(file: string): number | undefined {
  try {
    const stats = file === '-' ? fstatSync(0) : statSync(file);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lines out that are no partition keys, and reports them. */
class KeySieve {
  readonly #progress: ProgressBar;
  #lines = 0;
  #refused = 0;

  constructor(progress: ProgressBar) {
    this.#progress = progress;
  }

  /** Packs the lines anew, in place, if there is a refused one among them. */
  sift(lines: Lines): Lines {
    const sifted = areShortKeys(lines) ? lines : this.#siftEach(lines);
    this.#lines += lines.count;
    return sifted;
  }

  /** Says what became of the refused lines, if there were any. */
  conclude(): void {
    if (this.#refused === 0) return;
    const unreported = this.#refused - REPORTS_MAX;
    if (unreported > 0) process.stderr.write(`shardline: and ${unreported} more lines\n`);
    process.stderr.write(
      `shardline: left out ${this.#refused} of ${this.#lines} lines: a partition key is UTF-8 text of 1 to ${PARTITION_KEY_CHARACTERS_MAX} characters, one a line\n`,
    );
  }

  #siftEach({ packed, offsets, count }: Lines): Lines {
    let kept = 0;
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = offsets[i + 1]!;
      const reason = refusalOfKey(packed.subarray(start, end));
      if (reason === undefined) {
        const keptEnd = offsets[kept]! + end - start;
        packed.copyWithin(offsets[kept]!, start, end);
        offsets[++kept] = keptEnd;
      } else {
        this.#report(this.#lines + i + 1, reason);
      }
      start = end;
    }
    return { packed, offsets, count: kept };
  }

  #report(line: number, reason: string): void {
    process.exitCode = EXIT_BAD_INPUT;
    this.#refused++;
    if (this.#refused > REPORTS_MAX) return;
    this.#progress.clear();
    process.stderr.write(`shardline: line ${line}: ${reason}\n`);
  }
}

/** True if every line is a partition key for certain; costs some nanoseconds a line. */
function areShortKeys({ packed, offsets, count }: Lines): boolean {
  if (!isUtf8(packed.subarray(0, offsets[count]!))) return false;
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!;
    const length = offsets[i + 1]! - start;
    if (length === 0 || length > PARTITION_KEY_CHARACTERS_MAX) return false;
    // A character that two lines share is none in either.
    if ((packed[start]! & 0xc0) === 0x80) return false;
  }
  return true;
}

/** Why a line is no partition key, in the service's words where it has any. */
function refusalOfKey(line: Uint8Array): string | undefined {
  // A line that was cut short may end within a character, but is too long all the same.
  if (line.length <= KEY_BYTES_MAX && !isUtf8(line)) return 'not valid UTF-8';
  const violation = checkPartitionKey(Buffer.from(line).toString(), 'partitionKey');
  return violation && refuseViolations([violation]).fault.message;
}
