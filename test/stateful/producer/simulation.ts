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
  /** Called with each operation and what came of it, as lines of text. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Called with the number of operations done, now and then. */
  readonly progress?: ((operations: number) => void) | undefined;
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
  { library = producerEntry, trace, progress }: SimulationOptions = {},
): SimulationReport {
  const world = new World({ library, trace });
  let done = 0;
  let failure: SimulationReport['failure'];
  try {
    for (const operation of operations) {
      done++;
      world.do(operation);
      if (done % 1000 === 0) progress?.(done);
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
