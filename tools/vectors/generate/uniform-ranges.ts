/** The hash key ranges of new streams. */

import { createUniformShardMap, formatHashKey } from 'shardline';
import type { Case, VectorFile } from './vector-file.ts';

/** Shard counts with a public listing of a real stream, and its source. */
const VERIFIED: ReadonlyMap<number, string> = new Map([
  [1, 'developer guide of Kinesis Data Streams, fundamental-stream.md, and many more'],
  [2, 'apache/pinot issue 15378 (2025)'],
  [3, 'aws-cli, awscli/examples/kinesis/describe-stream.rst (2019); kinesalite tests, run on AWS'],
  [4, 'grucloud documentation, an on-demand stream (2022)'],
  [5, 'API Gateway developer guide, DescribeStream (2016)'],
  [8, 'boto3 fixture, UpdateShardCount from 4 to 8 (2019)'],
  [16, 'Amazon Kinesis Data Analytics for Apache Flink developer guide, stream hp-16 (2022)'],
]);

const UNVERIFIED = [6, 7, 9, 10, 11, 12, 15, 17, 32];

const KEYS = 2n ** 128n;

function rangesOf(shardCount: number): Case {
  const source = VERIFIED.get(shardCount);
  return {
    shardCount,
    verified: source !== undefined,
    formulasAgree: KEYS % BigInt(shardCount) <= 1n,
    ...(source !== undefined && { source }),
    ranges: createUniformShardMap(shardCount).shards.map((shard) => ({
      startingHashKey: formatHashKey(shard.startingHashKey),
      endingHashKey: formatHashKey(shard.endingHashKey),
    })),
  };
}

export const uniformRanges: VectorFile = {
  name: 'uniform-ranges',
  description:
    'Number of shards to the closed hash key ranges of a new stream, by ascending shard index from 0: each starts at index * floor(2^128 / n), the last one ends at 2^128 - 1. verified: a listing of a real stream has these ranges. formulasAgree: floor(index * 2^128 / n) gives the same; where it does not, which one the service uses is not known.',
  source: 'Listings of real streams, named in each verified case.',
  cases: [...VERIFIED.keys(), ...UNVERIFIED].sort((a, b) => a - b).map(rangesOf),
};
