/** The queue of pending records by age, against a list that is filtered. */

import { describe, expect, it } from 'vitest';
import { AgeQueue } from '../../../src/producer/age-queue.ts';
import { NONE } from '../../../src/producer/slot-list.ts';

/** The slot of a record: any number that differs from its id. */
const slotOf = (id: number): number => (id & 0xffff) ^ 5;

describe('AgeQueue', () => {
  it.each([
    [1, 40],
    [7, 40],
    [2999, 2 ** 40 - 100],
  ])('agrees with a plain list, ending every %i-th record first, from id %i', (step, firstId) => {
    const queue = new AgeQueue(firstId);
    let ids = Array.from({ length: 3000 }, (_, i) => firstId + i);
    for (const id of ids) queue.push(slotOf(id));
    const overdue = new Set<number>();
    const order = Array.from({ length: step }, (_, first) =>
      ids.filter((_, i) => i % step === first),
    ).flat();
    for (const [i, id] of order.entries()) {
      const oldest = ids.find((one) => !overdue.has(one));
      if (i % 200 === 0 || i > 2990) {
        expect(queue.oldestTimely).toBe(oldest === undefined ? NONE : slotOf(oldest));
        expect(queue.list()).toEqual(ids.map(slotOf));
        expect(queue.isOverdue(slotOf(id))).toBe(overdue.has(id));
      }
      if (i % 3 === 0 && oldest !== undefined) {
        queue.markOverdue();
        overdue.add(oldest);
      }
      queue.remove(id, slotOf(id));
      ids = ids.filter((one) => one !== id);
    }
    expect(queue.list()).toEqual([]);
    expect(queue.oldestTimely).toBe(NONE);
    queue.push(7);
    expect(queue.oldestTimely).toBe(7);
  });

  it('becomes small again when it is empty', () => {
    const queue = new AgeQueue();
    for (let id = 0; id < 140_000; id++) queue.push(id);
    for (let id = 0; id < 140_000; id++) queue.remove(id, id);
    expect(queue.list()).toEqual([]);
    for (let id = 140_000; id < 142_000; id++) queue.push(id);
    expect(queue.list()).toEqual(Array.from({ length: 2000 }, (_, i) => 140_000 + i));
  });
});
