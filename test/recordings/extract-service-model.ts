/**
 * Prints the constraints of the API model on requests as the flat table of service-model.json.
 *
 * Run it for a new version of the model, as README.md says.
 */

import { readFileSync } from 'node:fs';

/** One member of a request. A list's member is `[]`, a map's key `{key}` and value `{value}`. */
export interface ModelRow {
  readonly operation: string;
  readonly path: readonly string[];
  readonly shape: string;
  readonly type: string;
  readonly required: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface ServiceModel {
  readonly operations: Readonly<Record<string, { readonly input: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const OPERATIONS = [
  'AddTagsToStream',
  'CreateStream',
  'DecreaseStreamRetentionPeriod',
  'DeleteResourcePolicy',
  'DeleteStream',
  'DeregisterStreamConsumer',
  'DescribeAccountSettings',
  'DescribeLimits',
  'DescribeStream',
  'DescribeStreamConsumer',
  'DescribeStreamSummary',
  'DisableEnhancedMonitoring',
  'EnableEnhancedMonitoring',
  'GetRecords',
  'GetResourcePolicy',
  'GetShardIterator',
  'IncreaseStreamRetentionPeriod',
  'ListShards',
  'ListStreamConsumers',
  'ListStreams',
  'ListTagsForResource',
  'ListTagsForStream',
  'MergeShards',
  'PutRecord',
  'PutRecords',
  'PutResourcePolicy',
  'RegisterStreamConsumer',
  'RemoveTagsFromStream',
  'SplitShard',
  'StartStreamEncryption',
  'StopStreamEncryption',
  'SubscribeToShard',
  'TagResource',
  'UntagResource',
  'UpdateMaxRecordSize',
  'UpdateShardCount',
  'UpdateStreamMode',
  'UpdateStreamRecordDistributionStrategy',
  'UpdateStreamWarmThroughput',
];

function* rowsOf(
  model: ServiceModel,
  operation: string,
  shapeName: string,
  path: readonly string[],
  isRequired: boolean,
): Generator<ModelRow> {
  const shape = model.shapes[shapeName]!;
  const { type, min, max, pattern, enum: values } = shape;
  if (path.length > 0) {
    yield {
      operation,
      path,
      shape: shapeName,
      type,
      required: isRequired,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(pattern !== undefined && { pattern }),
      ...(values !== undefined && { enum: values }),
    };
  }
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const isMemberRequired = shape.required?.includes(name) ?? false;
    yield* rowsOf(model, operation, member.shape, [...path, name], isMemberRequired);
  }
  const parts = { '[]': shape.member, '{key}': shape.key, '{value}': shape.value };
  for (const [name, part] of Object.entries(parts)) {
    if (part !== undefined) {
      yield* rowsOf(model, operation, part.shape, [...path, name], false);
    }
  }
}

if (process.argv[1]?.endsWith('extract-service-model.ts')) {
  const [, , file, source] = process.argv;
  const model = JSON.parse(readFileSync(file!, 'utf8')) as ServiceModel;
  const rows = OPERATIONS.flatMap((operation) => [
    ...rowsOf(model, operation, model.operations[operation]!.input.shape, [], false),
  ]);
  console.log(JSON.stringify({ source, rows }, null, 2));
}
