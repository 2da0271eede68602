/**
 * Partition keys hashed and routed many at a time.
 *
 * @module
 */

export { type Kernel, kernel } from './hashing/lanes.ts';
export {
  type BatchRouter,
  type BatchRouterOptions,
  createBatchRouter,
  hashPartitionKeyBytes,
  hashPartitionKeys,
  REFUSED,
} from './sharding/batch-router.ts';
