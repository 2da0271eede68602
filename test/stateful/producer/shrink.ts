/**
 * Shortens operations that break a law, as the simulation of the stream does.
 *
 * @module
 */

import { minimize } from '../simulation/shrink.ts';
import type { Law } from './laws.ts';
import type { Operation } from './operation.ts';
import { type SimulationOptions, simulate } from './simulation.ts';

/**
 * Traces the shortest operations found that break the same law as some operations do.
 *
 * @param operationsMax How many operations to do on the way to them.
 * @returns What happened, as lines of text; nothing if all laws hold.
 */
export function traceFailure(
  operations: readonly Operation[],
  options: SimulationOptions = {},
  operationsMax = 20_000,
): string[] {
  const { failure, operations: count } = simulate(operations, options);
  if (failure === undefined) return [];
  const few = shrink(operations.slice(0, count), failure.law, options, operationsMax);
  const lines: string[] = [];
  simulate(few, { ...options, trace: (line) => lines.push(line) });
  return lines;
}

/** Returns the shortest list found that breaks the law. */
export function shrink(
  operations: readonly Operation[],
  law: Law,
  options: SimulationOptions,
  operationsMax: number,
): readonly Operation[] {
  let left = operationsMax;
  const isBroken = (candidate: readonly Operation[]): boolean => {
    if (left <= 0) return false;
    left -= candidate.length;
    return simulate(candidate, options).failure?.law === law;
  };
  // A world knows nothing of the worlds before it.
  const first = operations.findLastIndex(({ kind }) => kind === 'create');
  const last = operations.slice(Math.max(0, first));
  return minimize(isBroken(last) ? last : operations, isBroken).map((operation, at, list) => {
    if (operation.kind !== 'add') return operation;
    const records = minimize(operation.records, (some) =>
      isBroken(list.with(at, { ...operation, records: some })),
    );
    return { ...operation, records };
  });
}
