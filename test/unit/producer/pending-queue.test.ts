/** The queue of pending records, against a list that is filtered. */

import { describe, expect, it } from 'vitest';
import { Lane, PendingRecord } from '../../../src/producer/lane.ts';
import { PendingQueue } from '../../../src/producer/pending-queue.ts';

const lane = new Lane(undefined, undefined);
const members = { Data: new Uint8Array(), PartitionKey: 'a', ExplicitHashKey: undefined };

function recordOf(id: number): PendingRecord {
  return new PendingRecord(id, { ...members, dataBytes: 0, bytes: 1 }, 0, lane);
}

describe('PendingQueue', () => {
  it.each([1, 7, 4999])('agrees with a plain list, ending every %i-th record first', (step) => {
    const queue = new PendingQueue(40);
    let records = Array.from({ length: 5000 }, (_, i) => recordOf(40 + i));
    for (const record of records) queue.push(record);
    const order = Array.from({ length: step }, (_, first) =>
      records.filter((_, i) => i % step === first),
    ).flat();
    for (const [i, record] of order.entries()) {
      const oldest = records.find(({ isOverdue }) => !isOverdue);
      if (i % 200 === 0 || i > 4990) {
        expect(queue.oldestTimely).toBe(oldest);
        expect(queue.list()).toEqual(records);
      }
      if (i % 3 === 0 && oldest !== undefined) queue.markOverdue(oldest);
      queue.remove(record);
      records = records.filter((one) => one !== record);
      expect(record.isEnded).toBe(true);
    }
    expect(queue.list()).toEqual([]);
    queue.push(recordOf(5040));
    expect(queue.oldestTimely?.id).toBe(5040);
  });
});
