/**
 * Members of a request that exclude or need each other, which the service model cannot say.
 *
 * @module
 */

import { type FaultResult, refuse } from '../base/fault.ts';
import type { ListShardsInput, ShardFilter } from './aws-types.ts';
import { isAbsent, type OperationName } from './service-model.ts';

/**
 * Refuses a request whose members exclude each other, or of which one lacks another; returns
 * undefined for others. It comes after the validation and before the stream is looked up
 * (docs/facts.md#list-token-order).
 *
 * @param request Valid for the service model.
 */
export function checkCombination(
  operation: OperationName,
  request: object,
): FaultResult | undefined {
  if (operation !== 'ListShards') return undefined;
  const { NextToken, StreamName, StreamARN, ShardFilter } = request as ListShardsInput;
  if (!isAbsent(NextToken)) return checkTokenAlone(request as ListShardsInput);
  if (isAbsent(StreamName) && isAbsent(StreamARN)) {
    // See docs/facts.md#list-names-nothing.
    return refuseCombination('Either NextToken or StreamName should be provided.');
  }
  return isAbsent(ShardFilter) ? undefined : checkFilter(ShardFilter);
}

/**
 * The members that must not come with a NextToken, in the order in which they are refused. The
 * order is ours (docs/known-gaps.md#token-exclusions).
 */
const EXCLUDED_BY_TOKEN = [
  'StreamName',
  'StreamARN',
  'ShardFilter',
  'ExclusiveStartShardId',
  'StreamCreationTimestamp',
] as const;

/** A NextToken stands for its stream and its query (docs/facts.md#list-token-alone). */
function checkTokenAlone(request: ListShardsInput): FaultResult | undefined {
  const excluded = EXCLUDED_BY_TOKEN.find((member) => !isAbsent(request[member]));
  return excluded && refuseCombination(`NextToken and ${excluded} cannot be provided together.`);
}

/**
 * Each type needs one member or none (docs/facts.md#shard-filter-incomplete), and excludes all
 * others (docs/facts.md#shard-filter-excluded). The messages are ours
 * (docs/known-gaps.md#shard-filter-errors).
 */
function checkFilter(filter: ShardFilter): FaultResult | undefined {
  const type = filter.Type!;
  for (const member of ['ShardId', 'Timestamp'] as const) {
    const isGiven = !isAbsent(filter[member]);
    const isWanted = member === 'ShardId' ? type === 'AFTER_SHARD_ID' : type.endsWith('_TIMESTAMP');
    if (isGiven === isWanted) continue;
    return refuseCombination(
      `${member} ${isWanted ? 'must' : 'cannot'} be specified in the ShardFilter of type ${type}.`,
    );
  }
  return undefined;
}

function refuseCombination(message: string): FaultResult {
  return refuse('InvalidArgumentException', message);
}
