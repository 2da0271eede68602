/**
 * A bar on standard error that shows how much of the input has been read.
 *
 * @module
 */

import { widthOf } from './terminal.ts';

/** Shorter runs need no progress bar. */
const FIRST_DRAW_MS = 1000;

const REDRAW_MS = 100;

const BAR_CHARACTERS = 40;

/** Moves the cursor to the start of the line and clears the line. */
const CLEAR_LINE = '\r\x1b[K';

const BYTES_PER_MB = 1_000_000;

/** Draws on standard error, from one second after its creation. */
export class ProgressBar {
  readonly #isShown: boolean;
  readonly #totalBytes: number | undefined;
  readonly #startMs = performance.now();
  #nextDrawMs = this.#startMs + FIRST_DRAW_MS;
  #isDrawn = false;

  /** `totalBytes` is the length of the input, or undefined if it is not known. */
  constructor(options: { readonly isShown: boolean; readonly totalBytes: number | undefined }) {
    this.#isShown = options.isShown;
    this.#totalBytes = options.totalBytes;
  }

  update(bytesRead: number): void {
    const nowMs = performance.now();
    if (!this.#isShown || nowMs < this.#nextDrawMs) return;
    this.#nextDrawMs = nowMs + REDRAW_MS;
    this.#isDrawn = true;
    const columns = widthOf(process.stderr);
    const line = formatProgress(bytesRead, this.#totalBytes, nowMs - this.#startMs, columns);
    // A longer line would wrap, and clearing would leave its first rows behind.
    process.stderr.write(CLEAR_LINE + line.slice(0, columns));
  }

  /** Removes the bar. The next update draws it again. */
  clear(): void {
    if (this.#isDrawn) process.stderr.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}

function formatProgress(
  bytesRead: number,
  totalBytes: number | undefined,
  elapsedMs: number,
  columns: number,
): string {
  if (totalBytes === undefined) return `${formatMegabytes(bytesRead)} MB read`;
  // A file that still grows may yield more bytes than it had at the start.
  const share = Math.min(1, bytesRead / totalBytes);
  const percentage = Math.floor(100 * share);
  const secondsLeft = Math.ceil((elapsedMs * (1 / share - 1)) / 1000);
  const text = `${percentage} % of ${formatMegabytes(totalBytes)} MB, ${secondsLeft} s left`;
  const width = Math.min(BAR_CHARACTERS, columns - text.length - '[] '.length);
  return width < 1 ? text : `[${'='.repeat(share * width).padEnd(width, '-')}] ${text}`;
}

function formatMegabytes(bytes: number): string {
  return (bytes / BYTES_PER_MB).toFixed(1);
}
