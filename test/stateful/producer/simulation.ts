/**
 * Runs the operations of a simulated world, until they end or break a law.
 *
 * @module
 */

import * as producerEntry from 'shardline/producer';
import { BrokenLaw, type Law } from './laws.ts';
import type { Operation } from './operation.ts';
import { type Counts, type Library, World } from './world.ts';

export interface SimulationOptions {
  readonly library?: Library | undefined;
  /** How many of 100 responses are lost, beside all other trouble. */
  readonly lostPercent?: number | undefined;
  /** Ends the run once so many records have been added. */
  readonly recordsMax?: number | undefined;
  /** Called with each operation and what came of it, as lines of text. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Called with the number of operations done and of records added, now and then. */
  readonly progress?: ((operations: number, records: number) => void) | undefined;
}

export interface SimulationReport {
  /** SHA-256 of all requests and results, in hexadecimal. */
  readonly digest: string;
  readonly operations: number;
  readonly counts: Counts;
  readonly failure: { readonly law: Law; readonly message: string } | undefined;
}

/** Does operations until they end or break a law. */
export function simulate(
  operations: Iterable<Operation>,
  options: SimulationOptions = {},
): SimulationReport {
  const { library = producerEntry, trace, progress, lostPercent } = options;
  const { recordsMax = Number.POSITIVE_INFINITY } = options;
  const world = new World({ library, lostPercent, trace });
  let done = 0;
  let failure: SimulationReport['failure'];
  try {
    for (const operation of operations) {
      done++;
      world.do(operation);
      const records = world.counts.get('records') ?? 0;
      if (done % 1000 === 0) progress?.(done, records);
      if (records >= recordsMax) break;
    }
    world.rest();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const law = error instanceof BrokenLaw ? error.law : 'nothing throws';
    failure = { law, message: error instanceof BrokenLaw ? error.message : `${error.stack}` };
    trace?.(`BROKEN: ${failure.law}: ${failure.message}`);
  }
  return { digest: world.digest, operations: done, counts: world.counts, failure };
}
