/**
 * Partition keys hashed and routed many at a time.
 *
 * @module
 */

export {
  type BatchRouter,
  type BatchRouterOptions,
  createBatchRouter,
  hashPartitionKeyBytes,
  hashPartitionKeys,
  REFUSED,
} from './batch/batch-router.ts';
export { type Kernel, kernel } from './batch/kernel.ts';
