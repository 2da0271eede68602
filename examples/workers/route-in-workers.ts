/** Routes one large batch of bytes in several worker threads. */

import { Worker } from 'node:worker_threads';
import type { AwsShard } from '../../dist/index.js';

/** Enough that a message to a worker costs nothing beside the work that it asks for. */
const SLICE_KEYS = 65_536;

/** What all threads see: every array lies in a SharedArrayBuffer. */
export interface SharedBatch {
  readonly shards: readonly AwsShard[];
  /** The bytes of all keys; key `i` is `packed[offsets[i], offsets[i + 1])`. */
  readonly packed: Uint8Array;
  readonly offsets: Uint32Array;
  /** Of each key, the position of its shard: filled by the workers. */
  readonly positions: Uint32Array;
}

/** Workers that wait for slices, so that starting them is paid once. */
export interface WorkerPool {
  route(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the workers; what is asked of them before they run waits for them. */
export function startWorkers(count: number, batch: SharedBatch): WorkerPool {
  const keys = batch.offsets.length - 1;
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('route-slices.js', import.meta.url), { workerData: batch }),
  );

  const route = async (): Promise<void> => {
    let next = 0;
    /** Gives a worker one slice after the other, until there are none. */
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

/** Copies well-formed keys into memory that all threads see. */
export function shareKeys(keys: readonly string[], shards: readonly AwsShard[]): SharedBatch {
  const bytes = Buffer.from(keys.join(''));
  const packed = new Uint8Array(new SharedArrayBuffer(bytes.length));
  packed.set(bytes);
  const offsets = new Uint32Array(new SharedArrayBuffer(4 * (keys.length + 1)));
  keys.forEach((key, i) => {
    offsets[i + 1] = offsets[i]! + Buffer.byteLength(key);
  });
  const positions = new Uint32Array(new SharedArrayBuffer(4 * keys.length));
  return { shards, packed, offsets, positions };
}
