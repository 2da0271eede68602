/**
 * Reads lines from a file or standard input, and shows progress.
 *
 * @module
 */

import { decodeText, type Input, measureInput, readBytes } from './input.ts';
import { LineSplitter, type Lines } from './line-splitter.ts';
import { ProgressBar } from './progress-bar.ts';

/** Handles the lines of an input. */
export interface LineReading<Batch> {
  readonly input: Input;
  /** A longer line may be cut short, but always to more bytes than this. */
  readonly lineBytesMax: number;
  readonly isProgressShown: boolean;
  /**
   * Starts to handle lines. Lines are valid until the next ones are handled. Clear `progress`
   * before printing anything.
   */
  readonly open: (progress: ProgressBar) => {
    readonly take: (lines: Lines) => Batch;
    readonly reportTotals: () => void;
  };
}

/**
 * Yields the results of handling the lines, in batches.
 *
 * @throws {InputError} If the input cannot be read.
 */
export async function* readLines<Batch>({
  input,
  lineBytesMax,
  isProgressShown,
  open,
}: LineReading<Batch>): AsyncGenerator<Batch> {
  const progress = new ProgressBar({
    isShown: isProgressShown,
    totalBytes: measureInput(input.file),
  });
  const splitter = new LineSplitter(lineBytesMax);
  const handler = open(progress);
  let bytesRead = 0;
  const countBytes = async function* () {
    for await (const chunk of readBytes(input)) {
      bytesRead += chunk.length;
      yield chunk;
    }
  };
  try {
    for await (const chunk of decodeText(countBytes(), input)) {
      yield handler.take(splitter.push(chunk));
      progress.update(bytesRead);
    }
    yield handler.take(splitter.end());
  } finally {
    progress.clear();
  }
  handler.reportTotals();
}
