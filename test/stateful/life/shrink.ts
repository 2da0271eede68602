/**
 * From a life that breaks a law to a short one that breaks the same law: operations are left out as
 * long as it stays broken (delta debugging: Zeller and Hildebrandt 2002, ddmin).
 *
 * @module
 */

import { type Library, live } from './life.ts';
import type { Operation } from './operation.ts';

/**
 * The shortest list found whose life breaks the law.
 *
 * @param operationsMax How many operations to live through on the way to it.
 */
export function shrink(
  operations: readonly Operation[],
  law: string,
  library: Library | undefined,
  operationsMax: number,
): readonly Operation[] {
  let operationsDone = 0;
  const isBroken = (candidate: readonly Operation[]): boolean => {
    if (operationsDone >= operationsMax) return false;
    const report = live(candidate, library && { library });
    operationsDone += report.operations;
    return report.failure?.law === law;
  };
  const few = minimize(sinceLastStream(operations), isBroken);
  return few.reduce<readonly Operation[]>((story, operation) => {
    if (operation.kind !== 'batch') return story;
    const at = story.indexOf(operation);
    const withRecords = (records: typeof operation.records): Operation[] =>
      story.with(at, { ...operation, records });
    const records = minimize(operation.records, (some) => isBroken(withRecords(some)));
    return withRecords(records);
  }, few);
}

/** A stream knows nothing of the one before it. */
function sinceLastStream(operations: readonly Operation[]): readonly Operation[] {
  const first = operations.findLastIndex(
    (operation) =>
      operation.kind === 'create' &&
      operation.shardCount + operation.otherOpenShardCount <= operation.shardLimit,
  );
  return operations.slice(Math.max(0, first));
}

/** Leaves out ever smaller pieces of a list, as long as what is left is still broken. */
function minimize<T>(items: readonly T[], isBroken: (some: readonly T[]) => boolean): readonly T[] {
  let left = items;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let isShorter = true;
    while (isShorter) {
      isShorter = false;
      // From the end: what comes late leans on what came before it, seldom the other way.
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
