/**
 * A binary heap of values by time: the earliest is found in constant time, and added or removed in
 * logarithmic time.
 *
 * @module
 */

interface Timed<T> {
  readonly atMs: number;
  readonly value: T;
}

/** Values, each with a time. Values with the same time come in no particular order. */
export class TimeHeap<T> {
  readonly #heap: Timed<T>[] = [];

  /** The earliest time; Infinity if the heap is empty. */
  get earliestMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  add(value: T, atMs: number): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= atMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = { atMs, value };
  }

  /**
   * Removes and returns a value with the earliest time, or returns undefined if that is after
   * `nowMs`.
   */
  takeDue(nowMs: number): T | undefined {
    const heap = this.#heap;
    if (this.earliestMs > nowMs) return undefined;
    const { value } = heap[0]!;
    const moved = heap.pop()!;
    const { length } = heap;
    if (length === 0) return value;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= moved.atMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
    return value;
  }

  clear(): void {
    this.#heap.length = 0;
  }
}
