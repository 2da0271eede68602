/**
 * How far the input has been read, on a terminal and nowhere else.
 *
 * @module
 */

import { SingleBar } from 'cli-progress';

/** Shorter work is done before anybody wonders. */
const SILENT_MS = 1000;

const BYTES_PER_MB = 1_000_000;

/** A bar on standard error that appears once the work turns out to be long. */
export class Progress {
  readonly #bar: SingleBar | undefined;
  readonly #totalBytes: number | undefined;
  readonly #startMs = performance.now();
  #isDrawn = false;

  /** @param totalBytes The length of the input; undefined if it has no end that is known. */
  constructor(isShown: boolean, totalBytes: number | undefined) {
    this.#totalBytes = totalBytes;
    if (!isShown) return;
    this.#bar = new SingleBar({
      format:
        totalBytes === undefined
          ? '{value} MB read'
          : '[{bar}] {percentage} % of {total} MB, {eta} s left',
      formatValue: (value, _options, type) =>
        type === 'value' || type === 'total' ? (value / BYTES_PER_MB).toFixed(1) : `${value}`,
      clearOnComplete: true,
      linewrap: true,
      stream: process.stderr,
    });
  }

  update(bytesRead: number): void {
    if (this.#bar === undefined || performance.now() - this.#startMs < SILENT_MS) return;
    if (!this.#isDrawn) this.#bar.start(this.#totalBytes ?? 0, bytesRead);
    else this.#bar.update(bytesRead);
    this.#isDrawn = true;
  }

  /** Clears the line. The next update draws it again. */
  clear(): void {
    if (this.#isDrawn) this.#bar?.stop();
    this.#isDrawn = false;
  }
}
