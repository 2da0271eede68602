/**
 * Takes the next records of a lane together, as one Kinesis record.
 *
 * @module
 */

import type { AggregateBuilder } from '../aggregation/aggregate-builder.ts';
import type { Lane } from './lane.ts';
import type { PendingRecords } from './pending-records.ts';
import type { PutAction } from './producer.ts';
import { NONE } from './slot-list.ts';

export type Entry = PutAction['input']['Records'][number];

/**
 * Collects as many records of a lane as fit into an aggregated record, or only the first one if
 * even that does not fit.
 *
 * @param builder An empty builder.
 * @returns The slots of the records: the first ones of the lane.
 */
export function collectRecords(
  builder: AggregateBuilder,
  records: PendingRecords,
  { ready: { first } }: Lane,
  bytesMax: number,
): number[] {
  const slots: number[] = [];
  for (let slot = first; slot !== NONE; slot = records.next(slot)) {
    const keyed = {
      Data: records.dataOf(slot),
      PartitionKey: records.keyOf(slot),
      ExplicitHashKey: records.hashKeyOf(slot),
    };
    if (!builder.tryAdd(keyed, bytesMax)) {
      if (slots.length > 0) break;
      builder.tryAdd(keyed, Number.POSITIVE_INFINITY);
      return [slot];
    }
    slots.push(slot);
  }
  return slots;
}

/** Returns a record as it was added. */
export function toEntry(records: PendingRecords, slot: number): Entry {
  const PartitionKey = records.keyOf(slot);
  const ExplicitHashKey = records.hashKeyOf(slot);
  return {
    Data: records.dataOf(slot),
    ...(PartitionKey !== '' && { PartitionKey }),
    ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
  };
}
