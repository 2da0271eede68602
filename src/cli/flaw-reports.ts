/**
 * Reports what is wrong with the lines of an input on standard error.
 *
 * @module
 */

import { printMessage } from './errors.ts';
import { EXIT_BAD_INPUT } from './exit-code.ts';

/**
 * The number of reports printed by default. Further ones are only counted, because a file of the
 * wrong kind would flood the screen.
 */
const PRINTED_MAX = 10;

/** The reports about one input. */
export class FlawReports {
  readonly #printedMax: number;
  readonly #beforeReport: () => void;
  #flaws = 0;
  #warnings = 0;

  /** `beforeReport` runs before each report, for example to clear a progress bar. */
  constructor({
    printedMax = PRINTED_MAX,
    beforeReport = () => {},
  }: { readonly printedMax?: number; readonly beforeReport?: () => void } = {}) {
    this.#printedMax = printedMax;
    this.#beforeReport = beforeReport;
  }

  /** Reports input that is skipped. The command then fails. */
  addFlaw(message: string): void {
    process.exitCode = EXIT_BAD_INPUT;
    this.#flaws++;
    if (this.#flaws <= this.#printedMax) this.#print(message);
  }

  /** Reports input that is not skipped. */
  addWarning(message: string): void {
    this.#warnings++;
    if (this.#warnings <= this.#printedMax) this.#print(`warning: ${message}`);
  }

  /**
   * Reports how many flaws there are, if any.
   *
   * @param outcome What became of the input with flaws.
   */
  printTotals(total: number, unit: string, expected: string, outcome = 'skipped'): void {
    if (this.#warnings > this.#printedMax)
      this.#print(`${this.#warnings} warnings${this.#noteOn(this.#warnings)}`);
    if (this.#flaws === 0) return;
    this.#print(
      `${outcome} ${this.#flaws} of ${total} ${unit}${this.#noteOn(this.#flaws)}: expected ${expected}`,
    );
  }

  #noteOn(count: number): string {
    return count > this.#printedMax ? ` (the first ${this.#printedMax} are shown)` : '';
  }

  #print(message: string): void {
    this.#beforeReport();
    printMessage(message);
  }
}
