import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeHeap } from '../../../src/producer/time-heap.ts';

describe('TimeHeap', () => {
  it('is empty at first', () => {
    const heap = new TimeHeap<string>();
    expect(heap.earliestMs).toBe(Number.POSITIVE_INFINITY);
    expect(heap.takeDue(Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });

  it('takes the values that a sorted list would', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(50)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (given) => {
        const heap = new TimeHeap<number>();
        let sorted: number[] = [];
        for (const [isAdded, atMs] of given) {
          if (isAdded) {
            heap.add(atMs, atMs);
            sorted = [...sorted, atMs].sort((a, b) => a - b);
          } else {
            const isDue = sorted.length > 0 && sorted[0]! <= atMs;
            expect(heap.takeDue(atMs)).toBe(isDue ? sorted.shift() : undefined);
          }
          expect(heap.earliestMs).toBe(sorted[0] ?? Number.POSITIVE_INFINITY);
        }
        heap.clear();
        expect(heap.earliestMs).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
