/** Routes one large batch of bytes in several worker threads. */

import { Worker } from 'node:worker_threads';
import type { AwsShard } from '../../dist/index.js';

/**
 * Keys per slice: enough that routing a slice takes far longer than the message that requests it.
 */
const SLICE_KEYS = 65_536;

/** A batch in memory that all threads share. Every array is backed by a SharedArrayBuffer. */
export interface SharedBatch {
  readonly shards: readonly AwsShard[];
  /** The bytes of all keys; key `i` is `packed[offsets[i], offsets[i + 1])`. */
  readonly packed: Uint8Array;
  readonly offsets: Uint32Array;
  /** For each key, the index of its shard in `map.shards`. The workers fill it. */
  readonly mapIndexes: Uint32Array;
}

/** Workers that start once and route slices of a batch. */
export interface WorkerPool {
  /** Routes the whole batch. */
  route(): Promise<void>;
  /** Stops the workers. */
  close(): Promise<void>;
}

/** Starts the workers. Messages are queued until a worker runs, so there is nothing to wait for. */
export function startWorkers(count: number, batch: SharedBatch): WorkerPool {
  const keys = batch.offsets.length - 1;
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('route-slices.js', import.meta.url), { workerData: batch }),
  );

  const route = async (): Promise<void> => {
    let next = 0;
    /** Gives a worker one slice after another until none is left. */
    const drain = (worker: Worker): Promise<void> =>
      new Promise((resolve, reject) => {
        const give = (): void => {
          const from = next;
          next = Math.min(keys, from + SLICE_KEYS);
          if (from < keys) worker.postMessage({ from, until: next });
          else resolve();
        };
        worker.removeAllListeners().on('message', give).once('error', reject);
        give();
      });
    await Promise.all(workers.map(drain));
  };

  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return { route, close };
}

/** Copies keys into memory that all threads share. The keys must have no unpaired surrogates. */
export function shareKeys(keys: readonly string[], shards: readonly AwsShard[]): SharedBatch {
  const bytes = Buffer.from(keys.join(''));
  const packed = new Uint8Array(new SharedArrayBuffer(bytes.length));
  packed.set(bytes);
  const offsets = new Uint32Array(new SharedArrayBuffer(4 * (keys.length + 1)));
  keys.forEach((key, i) => {
    offsets[i + 1] = offsets[i]! + Buffer.byteLength(key);
  });
  const mapIndexes = new Uint32Array(new SharedArrayBuffer(4 * keys.length));
  return { shards, packed, offsets, mapIndexes };
}
