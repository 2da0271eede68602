/**
 * Shortens operations that break a law: leaves some out as long as the rest breaks the same law
 * (delta debugging: Zeller and Hildebrandt 2002, ddmin).
 *
 * @module
 */

import type { Law } from './laws.ts';
import { isWithinQuota, type Operation } from './operation.ts';
import { type SimulationOptions, simulate } from './simulation.ts';

/**
 * Traces the shortest operations found that break the same law as some operations do.
 *
 * @returns One line for each operation, then the law; nothing if all laws hold.
 */
export function traceFailure(
  operations: readonly Operation[],
  options: SimulationOptions = {},
): string[] {
  const { failure } = simulate(operations, options);
  if (failure === undefined) return [];
  const lines: string[] = [];
  const first = operations.slice(0, failure.operations);
  const few = shrink(first, failure.law, options, 20_000);
  simulate(few, { ...options, trace: (line) => lines.push(line) });
  return lines;
}

/**
 * Returns the shortest list found that breaks the law.
 *
 * @param operationsMax How many operations to do on the way to it.
 */
export function shrink(
  operations: readonly Operation[],
  law: Law,
  options: SimulationOptions,
  operationsMax: number,
): readonly Operation[] {
  let operationsDone = 0;
  const isBroken = (candidate: readonly Operation[]): boolean => {
    if (operationsDone >= operationsMax) return false;
    const report = simulate(candidate, options);
    operationsDone += report.operations;
    return report.failure?.law === law;
  };
  const few = minimize(withoutKinds(sinceLastStream(operations), isBroken), isBroken);
  return few.reduce<readonly Operation[]>((list, operation) => {
    if (operation.kind !== 'batch') return list;
    const at = list.indexOf(operation);
    const withRecords = (records: typeof operation.records): Operation[] =>
      list.with(at, { ...operation, records });
    const records = minimize(operation.records, (some) => isBroken(withRecords(some)));
    return withRecords(records);
  }, few);
}

/** The operations on the latest stream: it knows nothing of the streams before it. */
function sinceLastStream(operations: readonly Operation[]): readonly Operation[] {
  const first = operations.findLastIndex(
    (operation) => operation.kind === 'create' && isWithinQuota(operation),
  );
  return operations.slice(Math.max(0, first));
}

/** Leaves out all operations of a kind, one kind after the other. */
function withoutKinds(
  operations: readonly Operation[],
  isBroken: (some: readonly Operation[]) => boolean,
): readonly Operation[] {
  const kinds = [...new Set(operations.map(({ kind }) => kind))];
  return kinds.reduce((left, unwanted) => {
    const some = left.filter(({ kind }) => kind !== unwanted);
    return isBroken(some) ? some : left;
  }, operations);
}

/** Leaves out ever smaller pieces of a list, as long as the rest is still broken. */
export function minimize<T>(
  items: readonly T[],
  isBroken: (some: readonly T[]) => boolean,
): readonly T[] {
  let left = items;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let isShorter = true;
    while (isShorter) {
      isShorter = false;
      // From the end: late operations depend on early ones, rarely the other way around.
      for (let end = left.length; end > 0; end -= size) {
        const some = [...left.slice(0, Math.max(0, end - size)), ...left.slice(end)];
        if (some.length > 0 && isBroken(some)) {
          left = some;
          isShorter = true;
        }
      }
    }
  }
  return left;
}
