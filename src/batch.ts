/**
 * Hashes and routes many partition keys at a time.
 *
 * @module shardline/batch
 */

export {
  type BatchRouter,
  type BatchRouterOptions,
  createBatchRouter,
  REFUSED,
} from './batch/batch-router.ts';
export { hashPartitionKeyBytes, hashPartitionKeys } from './batch/hash-partition-keys.ts';
export { type Kernel, kernel } from './batch/kernel.ts';
