/**
 * The AWS SDK against the emulator of the tests, in which every decision is the library's: what the
 * SDK makes of the responses, over HTTP/1.1 and over HTTP/2.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  IncreaseStreamRetentionPeriodCommand,
  InvalidArgumentException,
  type KinesisClient,
  LimitExceededException,
  ListShardsCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  MergeShardsCommand,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  PutRecordsCommand,
  paginateListStreamConsumers,
  paginateListStreams,
  type _Record as ReadRecord,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  SplitShardCommand,
  StartStreamEncryptionCommand,
  UntagResourceCommand,
  UpdateMaxRecordSizeCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  waitUntilStreamExists,
  waitUntilStreamNotExists,
} from '@aws-sdk/client-kinesis';
import { type AwsShard, createShardMap, type ShardMap, unwrap } from 'shardline';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  createClient,
  type Harness,
  headersOf,
  REGION,
  startHarness,
} from '../../examples/emulator/harness.ts';
import { root } from '../support/repository.ts';

const StreamName = 'orders';
const ARN = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${StreamName}`;
const HOUR_MS = 3_600_000;
const KEYS = 10_000;
const ENTRIES_MAX = 500;

const running: Harness[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((harness) => harness.close()));
});

async function start(...args: Parameters<typeof startHarness>): Promise<Harness> {
  const harness = await startHarness(...args);
  running.push(harness);
  return harness;
}

async function startWith(ShardCount: number, ...args: Parameters<typeof startHarness>) {
  const harness = await start(...args);
  await harness.client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  return harness;
}

async function listShards(client: KinesisClient, MaxResults?: number): Promise<AwsShard[]> {
  const shards: AwsShard[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListShardsCommand({ ...(NextToken ? { NextToken } : { StreamName }), MaxResults }),
    );
    shards.push(...page.Shards!);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return shards;
}

function put(client: KinesisClient, PartitionKey: string, Data = new TextEncoder().encode('x')) {
  return client.send(new PutRecordCommand({ StreamName, PartitionKey, Data }));
}

/** The records that GetRecords returns from a position on, and the last response. */
async function read(
  client: KinesisClient,
  position: Omit<GetShardIteratorCommandInput, 'StreamName'>,
  Limit?: number,
) {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ...position }),
  );
  const records: ReadRecord[] = [];
  let page = await client.send(new GetRecordsCommand({ ShardIterator, Limit }));
  records.push(...page.Records!);
  while (page.NextShardIterator && page.MillisBehindLatest! > 0) {
    const { NextShardIterator } = page;
    page = await client.send(new GetRecordsCommand({ ShardIterator: NextShardIterator, Limit }));
    records.push(...page.Records!);
  }
  return { records, page };
}

function readAll(client: KinesisClient, ShardId: string, Limit?: number) {
  return read(client, { ShardId, ShardIteratorType: 'TRIM_HORIZON' }, Limit);
}

const textOf = (record: ReadRecord) => new TextDecoder().decode(record.Data);

/**
 * Puts 10,000 keys and compares the shard of every response with the map. Every shard must get a
 * record.
 */
async function putKeys(client: KinesisClient, map: ShardMap): Promise<void> {
  const met = new Set<string>();
  for (let i = 0; i < KEYS; i += ENTRIES_MAX) {
    const keys = Array.from({ length: ENTRIES_MAX }, (_, j) => `user-${i + j}`);
    const { Records, FailedRecordCount } = await client.send(
      new PutRecordsCommand({
        StreamName,
        Records: keys.map((PartitionKey) => ({ PartitionKey, Data: new Uint8Array(1) })),
      }),
    );
    expect(FailedRecordCount).toBe(0);
    const named = Records!.map(({ ShardId }) => ShardId!);
    expect(named).toEqual(keys.map((key) => map.locatePartitionKey(key).shardId));
    for (const shardId of named) met.add(shardId);
  }
  expect(met).toEqual(new Set(map.shards.map(({ shardId }) => shardId)));
}

describe.each(['HTTP/1.1', 'HTTP/2'] as const)('over %s', (version) => {
  it('puts one record and many, and reads them back in order', async () => {
    const harness = await startWith(2, {}, version);
    const { client } = harness;
    const protocol = version === 'HTTP/2' ? 'h2' : 'http/1.1';
    expect(client.config.requestHandler.metadata?.handlerProtocol).toBe(protocol);
    const one = await put(client, 'a', new TextEncoder().encode('first'));
    expect(one).toMatchObject({ ShardId: 'shardId-000000000000' });
    harness.nowMs += 1500;
    const { Records } = await client.send(
      new PutRecordsCommand({
        StreamName,
        Records: ['b', 'a', 'c'].map((PartitionKey) => ({
          PartitionKey,
          Data: new TextEncoder().encode(`then ${PartitionKey}`),
        })),
      }),
    );
    const { records, page } = await readAll(client, one.ShardId!, 1);
    expect(records.map((record) => [record.PartitionKey, textOf(record)])).toEqual([
      ['a', 'first'],
      ['a', 'then a'],
      ['c', 'then c'],
    ]);
    expect(records[0]!.SequenceNumber).toBe(one.SequenceNumber);
    expect(records[1]!.SequenceNumber).toBe(Records![1]!.SequenceNumber);
    expect(records[1]!.ApproximateArrivalTimestamp).toEqual(new Date(harness.nowMs));
    expect(page.NextShardIterator).toBeTypeOf('string');
    expect(page.ChildShards).toBeUndefined();
  });

  it(`names the shard that was predicted, of ${KEYS} keys before and after each reshard`, async () => {
    const { client } = await startWith(3, { throughput: 'unlimited' }, version);
    const mapNow = async () => unwrap(createShardMap(await listShards(client)));
    let map = await mapNow();
    await putKeys(client, map);
    await client.send(
      new SplitShardCommand({
        StreamName,
        ShardToSplit: map.shards[1]!.shardId,
        NewStartingHashKey: `${map.shards[1]!.startingHashKey + 2n ** 125n}`,
      }),
    );
    map = await mapNow();
    await putKeys(client, map);
    await client.send(
      new MergeShardsCommand({
        StreamName,
        ShardToMerge: map.shards[0]!.shardId,
        AdjacentShardToMerge: map.shards[1]!.shardId,
      }),
    );
    map = await mapNow();
    expect(map.shards).toHaveLength(3);
    await putKeys(client, map);
    const scaled = await client.send(
      new UpdateShardCountCommand({
        StreamName,
        TargetShardCount: 5,
        ScalingType: 'UNIFORM_SCALING',
      }),
    );
    expect(scaled).toMatchObject({ CurrentShardCount: 3, TargetShardCount: 5, StreamARN: ARN });
    map = await mapNow();
    expect(map.shards).toHaveLength(5);
    await putKeys(client, map);
  });

  it('throws the errors of the SDK', async () => {
    const { client } = await startWith(1, {}, version);
    const thrown = (sent: Promise<unknown>) =>
      sent.then(
        () => undefined,
        (error) => error,
      );

    const oversize = await thrown(put(client, 'a', new Uint8Array(1_048_577)));
    expect(oversize).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
      $metadata: { httpStatusCode: 400 },
    });

    const ExplicitHashKey = `${2n ** 128n}`;
    const outside = await thrown(
      client.send(
        new PutRecordCommand({
          StreamName,
          PartitionKey: 'a',
          ExplicitHashKey,
          Data: new Uint8Array(1),
        }),
      ),
    );
    expect(outside).toBeInstanceOf(InvalidArgumentException);
    expect(outside).toMatchObject({
      message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    });

    const missing = await thrown(
      client.send(
        new PutRecordCommand({ StreamName: 'none', PartitionKey: 'a', Data: new Uint8Array(1) }),
      ),
    );
    expect(missing).toBeInstanceOf(ResourceNotFoundException);
    expect(missing).toMatchObject({ message: `Stream none under account ${ACCOUNT} not found.` });

    const taken = await thrown(client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })));
    expect(taken).toBeInstanceOf(ResourceInUseException);
    expect(taken).toMatchObject({
      message: `Stream orders under account ${ACCOUNT} already exists.`,
    });

    const tooMany = await thrown(
      client.send(
        new UpdateShardCountCommand({
          StreamName,
          TargetShardCount: 3,
          ScalingType: 'UNIFORM_SCALING',
        }),
      ),
    );
    expect(tooMany).toBeInstanceOf(LimitExceededException);
  });

  it('throttles a shard, and accepts a record again a millisecond later', async () => {
    const harness = await startWith(1, {}, version);
    const { client } = harness;
    const Records = Array.from({ length: 400 }, (_, i) => ({
      PartitionKey: `${i}`,
      Data: new Uint8Array(1),
    }));
    const failed: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await client.send(new PutRecordsCommand({ StreamName, Records }));
      failed.push(response.FailedRecordCount);
      if (i < 2) continue;
      const text = `Rate exceeded for shard shardId-000000000000 in stream orders under account ${ACCOUNT}.`;
      const refused = {
        ErrorCode: 'ProvisionedThroughputExceededException',
        ErrorMessage: text,
      };
      expect(response.Records!.slice(200)).toEqual(Array(200).fill(refused));
      const error = await put(client, 'a').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ProvisionedThroughputExceededException);
      expect(error).toMatchObject({ message: text, $fault: 'client' });
    }
    expect(failed).toEqual([0, 0, 200]);
    harness.nowMs += 1;
    await put(client, 'a');
    await expect(put(client, 'a')).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
    expect((await readAll(client, 'shardId-0')).records).toHaveLength(1001);
  });
});

describe('a reader', () => {
  const iterate = (
    client: KinesisClient,
    input: Omit<GetShardIteratorCommandInput, 'StreamName'>,
  ) => client.send(new GetShardIteratorCommand({ StreamName, ...input }));

  it('begins at each of the five positions', async () => {
    const harness = await startWith(1);
    const { client } = harness;
    const ShardId = 'shardId-000000000000';
    const empty = { ShardId, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(0) } as const;
    expect((await read(client, empty)).records).toEqual([]);
    const numbers: string[] = [];
    const times: Date[] = [];
    for (const text of ['0', '1', '2', '3']) {
      harness.nowMs += 1000;
      const Data = new TextEncoder().encode(text);
      numbers.push((await put(client, 'k', Data)).SequenceNumber!);
      times.push(new Date(harness.nowMs));
    }
    const seen = async (input: Omit<GetShardIteratorCommandInput, 'StreamName' | 'ShardId'>) =>
      (await read(client, { ShardId, ...input })).records.map(textOf).join('');
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER' } as const;
    const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' } as const;
    const time = { ShardIteratorType: 'AT_TIMESTAMP' } as const;
    expect(await seen({ ShardIteratorType: 'TRIM_HORIZON' })).toBe('0123');
    expect(await seen({ ShardIteratorType: 'LATEST' })).toBe('');
    expect(await seen({ ...at, StartingSequenceNumber: numbers[1] })).toBe('123');
    expect(await seen({ ...after, StartingSequenceNumber: numbers[1] })).toBe('23');
    const noRecord = `${BigInt(numbers[1]!) + 2n ** 36n}`;
    expect(await seen({ ...at, StartingSequenceNumber: noRecord })).toBe('23');
    expect(await seen({ ...time, Timestamp: times[2] })).toBe('23');
    expect(await seen({ ...time, Timestamp: new Date(times[2]!.getTime() + 1) })).toBe('3');
    expect(await seen({ ...time, Timestamp: new Date(0) })).toBe('0123');
  });

  it('gets at most 10 MiB per response, and how far it is behind', async () => {
    const harness = await startWith(1, { throughput: 'unlimited' });
    const { client } = harness;
    for (let i = 0; i < 11; i++) await put(client, 'key', new Uint8Array(1_048_573));
    harness.nowMs += 5000;
    const start = { ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await iterate(client, start);
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(page.Records).toHaveLength(10);
    expect(page.MillisBehindLatest).toBe(5000);
    expect((await readAll(client, '0')).records).toHaveLength(11);
  });

  it('gets the children at the end of a closed shard', async () => {
    const harness = await startWith(2);
    const { client } = harness;
    for (const key of ['a', 'b']) await put(client, key);
    await client.send(
      new MergeShardsCommand({ StreamName, ShardToMerge: '0', AdjacentShardToMerge: '1' }),
    );
    const { records, page } = await readAll(client, '0');
    expect(records).toHaveLength(1);
    expect(page.NextShardIterator).toBeUndefined();
    const latest = { ShardId: '0', ShardIteratorType: 'LATEST' } as const;
    const { ShardIterator } = await iterate(client, latest);
    const { body } = await post(harness, 'GetRecords', JSON.stringify({ ShardIterator }));
    expect(body).not.toHaveProperty('NextShardIterator');
    expect(body).toHaveProperty('ChildShards');
    expect(page.ChildShards).toEqual([
      {
        ShardId: 'shardId-000000000002',
        ParentShards: ['shardId-000000000000', 'shardId-000000000001'],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: `${2n ** 128n - 1n}` },
      },
    ]);
  });

  it('does not see records that retention has dropped, and continues after them', async () => {
    const harness = await startWith(1);
    const { client } = harness;
    const first = await put(client, 'k');
    const { ShardIterator } = await iterate(client, {
      ShardId: '0',
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: first.SequenceNumber,
    });
    harness.nowMs += 24 * HOUR_MS + 1;
    const second = await put(client, 'k');
    const expired = client.send(new GetRecordsCommand({ ShardIterator }));
    await expect(expired).rejects.toBeInstanceOf(ExpiredIteratorException);
    await expect(expired).rejects.toThrow(
      'Iterator expired. The iterator was created at time Mon Jan 05 12:00:00 UTC 2026 while right now it is Tue Jan 06 12:00:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.',
    );
    const { records } = await read(client, {
      ShardId: '0',
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: first.SequenceNumber,
    });
    expect(records.map(({ SequenceNumber }) => SequenceNumber)).toEqual([second.SequenceNumber]);
  });

  it('cannot use a position of another shard, a forged iterator or one of a deleted stream', async () => {
    const { client } = await startWith(2);
    const { SequenceNumber } = await put(client, 'a');
    const foreign = iterate(client, {
      ShardId: 'shardId-1',
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: SequenceNumber,
    });
    await expect(foreign).rejects.toBeInstanceOf(InvalidArgumentException);
    await expect(foreign).rejects.toThrow(
      'Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a call to a shard with shardId-000000000001',
    );
    const latest = { ShardId: '1', ShardIteratorType: 'LATEST' } as const;
    const { ShardIterator } = await iterate(client, latest);
    const dryRun = client.send(new GetRecordsCommand({ ShardIterator, DryRun: true }));
    await expect(dryRun).rejects.toThrow('Request would have succeeded, but DryRun flag is set.');
    const forged = client.send(new GetRecordsCommand({ ShardIterator: `A${ShardIterator}` }));
    await expect(forged).rejects.toThrow('Invalid ShardIterator.');
    await client.send(new DeleteStreamCommand({ StreamName }));
    const gone = client.send(new GetRecordsCommand({ ShardIterator }));
    await expect(gone).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(gone).rejects.toThrow(
      `Shard shardId-000000000001 in stream orders under account ${ACCOUNT} does not exist`,
    );
  });
});

describe('a stream', () => {
  it('is described, listed by pages and deleted', async () => {
    const harness = await start();
    const { client } = harness;
    harness.nowMs += 927;
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 3 }));
    await client.send(new CreateStreamCommand({ StreamName: 'a', ShardCount: 1 }));
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
    expect(StreamDescription).toMatchObject({
      StreamARN: ARN,
      StreamStatus: 'ACTIVE',
      StreamCreationTimestamp: new Date(harness.nowMs - 927),
      HasMoreShards: false,
    });
    expect(await listShards(client, 2)).toEqual(StreamDescription!.Shards);
    const { StreamCreationTimestamp } = StreamDescription!;
    const sameStream = new ListShardsCommand({ StreamName, StreamCreationTimestamp });
    expect((await client.send(sameStream)).Shards).toHaveLength(3);
    for (const name of [{ StreamName }, { StreamName: 'nowhere' }]) {
      const both = client.send(new ListShardsCommand({ ...name, NextToken: 'nowhere/1' }));
      await expect(both).rejects.toThrow('NextToken and StreamName cannot be provided together.');
    }
    const stray = client.send(new ListShardsCommand({ NextToken: 'nowhere/1' }));
    await expect(stray).rejects.toThrow('The pagination token passed to the operation is invalid.');
    const nothing = client.send(new ListShardsCommand({}));
    await expect(nothing).rejects.toThrow('Either NextToken or StreamName should be provided.');
    const page = await client.send(new ListStreamsCommand({ Limit: 1 }));
    expect(page).toMatchObject({ StreamNames: ['a'], HasMoreStreams: true });
    const rest = await client.send(new ListStreamsCommand({ NextToken: page.NextToken }));
    expect(rest).toMatchObject({ StreamNames: [StreamName], HasMoreStreams: false });
    await client.send(new DeleteStreamCommand({ StreamARN: ARN }));
    const gone = client.send(new DescribeStreamSummaryCommand({ StreamName }));
    await expect(gone).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('lives from its creation to its deletion, with all that belongs to it', async () => {
    const harness = await start({ creatingMs: 5000, updatingMs: 2000, deletingMs: 7000 });
    const { client } = harness;
    const wait = { client, maxWaitTime: 20, minDelay: 0.02, maxDelay: 0.1 };
    /** Lets time pass while a waiter asks again and again. */
    const during = <T>(ms: number, waiting: Promise<T>): Promise<T> => {
      setTimeout(() => (harness.nowMs += ms), 100);
      return waiting;
    };
    const summarize = async () => {
      const response = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      return response.StreamDescriptionSummary!;
    };
    await client.send(
      new CreateStreamCommand({ StreamName, ShardCount: 2, Tags: { team: 'a', stage: 'test' } }),
    );
    expect((await summarize()).StreamStatus).toBe('CREATING');
    const exists = await during(5000, waitUntilStreamExists(wait, { StreamName }));
    expect(exists.state).toBe('SUCCESS');

    await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { stage: 'live' } }));
    await client.send(new UntagResourceCommand({ ResourceARN: ARN, TagKeys: ['team'] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: ARN }));
    expect(Tags).toEqual([{ Key: 'stage', Value: 'live' }]);

    const KeyId = 'alias/aws/kinesis';
    const kms = { StreamName, EncryptionType: 'KMS', KeyId } as const;
    await client.send(new StartStreamEncryptionCommand(kms));
    expect((await put(client, 'a')).EncryptionType).toBe(undefined);
    harness.nowMs += 2000;
    expect((await put(client, 'a')).EncryptionType).toBe('KMS');
    expect(await summarize()).toMatchObject({ EncryptionType: 'KMS', KeyId });

    const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const;
    await client.send(new UpdateStreamModeCommand({ StreamARN: ARN, StreamModeDetails }));
    expect(await summarize()).toMatchObject({ StreamStatus: 'UPDATING', StreamModeDetails });
    harness.nowMs += 2000;
    const limits = await client.send(new DescribeLimitsCommand({}));
    expect(limits).toMatchObject({ OpenShardCount: 2, OnDemandStreamCount: 1 });

    const names = ['a', 'b', 'c'];
    for (const ConsumerName of names) {
      const request = { StreamARN: ARN, ConsumerName };
      const { Consumer } = await client.send(new RegisterStreamConsumerCommand(request));
      expect(Consumer).toMatchObject({ ConsumerName, ConsumerStatus: 'CREATING' });
    }
    harness.nowMs += 5000;
    const pages = [];
    const paging = paginateListStreamConsumers({ client, pageSize: 2 }, { StreamARN: ARN });
    for await (const { Consumers } of paging) pages.push(Consumers!);
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect(pages.flat().map(({ ConsumerName }) => ConsumerName)).toEqual(names);
    expect(new Set(pages.flat().map((one) => one.ConsumerStatus))).toEqual(new Set(['ACTIVE']));
    await client.send(new CreateStreamCommand({ StreamName: 'other', ShardCount: 1 }));
    const listed = [];
    for await (const { StreamNames } of paginateListStreams({ client, pageSize: 1 }, {})) {
      listed.push(StreamNames);
    }
    expect(listed).toEqual([[StreamName], ['other']]);

    const inUse = client.send(new DeleteStreamCommand({ StreamName }));
    await expect(inUse).rejects.toBeInstanceOf(ResourceInUseException);
    await client.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }));
    expect((await summarize()).StreamStatus).toBe('DELETING');
    const gone = await during(7000, waitUntilStreamNotExists(wait, { StreamName }));
    expect(gone.state).toBe('SUCCESS');
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    expect((await client.send(new ListTagsForResourceCommand({ ResourceARN: ARN }))).Tags).toEqual(
      [],
    );
  });

  it('becomes ACTIVE after the transition, and then accepts changes', async () => {
    const harness = await startWith(1, { transitionMs: 1000 });
    const { client } = harness;
    const summary = async () =>
      (await client.send(new DescribeStreamSummaryCommand({ StreamName })))
        .StreamDescriptionSummary!;
    expect((await summary()).StreamStatus).toBe('CREATING');
    await expect(put(client, 'a')).rejects.toBeInstanceOf(ResourceNotFoundException);
    harness.nowMs += 1000;
    await client.send(
      new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 }),
    );
    await client.send(
      new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 36 }),
    );
    await client.send(new UpdateMaxRecordSizeCommand({ StreamARN: ARN, MaxRecordSizeInKiB: 2048 }));
    expect(await summary()).toMatchObject({
      StreamStatus: 'ACTIVE',
      RetentionPeriodHours: 36,
      MaxRecordSizeInKiB: 2048,
    });
    // The budget is deeper now, and takes a while to fill.
    harness.nowMs += 1000;
    await put(client, 'a', new Uint8Array(1_500_000));
  });
});

describe('a request whose JSON is of the wrong type', () => {
  // Cases and words: kinesalite test/helpers.js, run on AWS 2018.
  const number = 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
  const list = 'Start of list found where not expected';
  const map = 'Start of structure or map found where not expected.';

  it.each([
    ['PutRecord', { Data: true }, 'class java.lang.Boolean can not be converted to a Blob'],
    ['PutRecord', { Data: 23456 }, `${number} can not be converted to a Blob`],
    ['PutRecord', { Data: [] }, list],
    ['PutRecord', { Data: {} }, map],
    [
      'PutRecord',
      { Data: '23456' },
      "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5",
    ],
    [
      'PutRecord',
      { Data: '=+/=' },
      "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='",
    ],
    [
      'PutRecord',
      { Data: '+/+=' },
      "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
    ],
    [
      'PutRecord',
      { PartitionKey: true },
      'class java.lang.Boolean can not be converted to an String',
    ],
    ['PutRecord', { PartitionKey: 34.56 }, `${number} can not be converted to an String`],
    ['PutRecord', { StreamName: [] }, list],
    ['PutRecord', { StreamName: {} }, map],
    [
      'CreateStream',
      { ShardCount: '23' },
      'class java.lang.String can not be converted to an Integer',
    ],
    [
      'CreateStream',
      { ShardCount: true },
      'class java.lang.Boolean can not be converted to an Integer',
    ],
    ['CreateStream', { StreamModeDetails: 'a' }, 'Expected null'],
    ['CreateStream', { StreamModeDetails: [] }, list],
    ['CreateStream', { Tags: 5 }, 'Expected map or null'],
    ['CreateStream', { Tags: [] }, list],
    ['PutRecords', { Records: true }, 'Expected list or null'],
    ['PutRecords', { Records: {} }, map],
    ['PutRecords', { Records: ['a'] }, 'Expected null'],
    ['PutRecords', { Records: [{ Data: 5 }] }, `${number} can not be converted to a Blob`],
    [
      'GetShardIterator',
      { Timestamp: true },
      'class java.lang.Boolean can not be converted to milliseconds since epoch',
    ],
    [
      'GetShardIterator',
      { Timestamp: 'a' },
      'class java.lang.String can not be converted to milliseconds since epoch',
    ],
    ['PutRecord', { DryRun: 'no' }, "'NO' can not be converted to an Boolean"],
  ])('is refused: %s %o', async (operation, request, Message) => {
    const { status, body } = await post(await start(), operation, JSON.stringify(request));
    expect([status, body]).toEqual([400, { __type: 'SerializationException', Message }]);
  });

  it('is accepted where a member is null, unknown or a number with a fraction', async () => {
    const { url } = await startWith(1);
    const request = { StreamName, Limit: 1.9, ExclusiveStartShardId: null, Unknown: [5] };
    const { status } = await post({ url }, 'DescribeStream', JSON.stringify(request));
    expect(status).toBe(200);
  });

  it.each([
    ['PutRecord', 'hello', 'SerializationException'],
    ['PutRecord', '', 'SerializationException'],
    ['Nonsense', '{}', 'UnknownOperationException'],
    ['toString', '{}', 'UnknownOperationException'],
  ])('is refused: %s %j', async (operation, text, __type) => {
    const { status, body, headers } = await post(await start(), operation, text);
    expect([status, body]).toEqual([400, { __type }]);
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(Buffer.from(headers.get('x-amz-id-2')!, 'base64')).toHaveLength(72);
  });

  it('gets an InternalFailure for a number of version 0', async () => {
    const { url } = await startWith(1);
    const request = {
      StreamName,
      ShardId: '0',
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: '0',
    };
    const { status, body } = await post({ url }, 'GetShardIterator', JSON.stringify(request));
    expect([status, body]).toEqual([500, { __type: 'InternalFailure' }]);
  });
});

async function post({ url }: { readonly url: string }, operation: string, body: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: headersOf(operation),
    body,
  });
  const { status, headers } = response;
  return { status, headers, body: JSON.parse((await response.text()) || '{}') as unknown };
}

describe('the emulator as a program', () => {
  it('prints its address, serves, and stops on a signal', async () => {
    // What `npm run emulator` runs. Its shell would not be there on Windows.
    const args = ['--import', 'tsx', 'examples/emulator/main.ts', '--port', '0'];
    const child = spawn(process.execPath, [...args, '--region', 'eu-west-1'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    const client = createClient(url, 'HTTP/2');
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );
    expect(StreamDescriptionSummary!.StreamARN).toBe(
      'arn:aws:kinesis:eu-west-1:000000000000:stream/orders',
    );
    client.destroy();
    child.kill('SIGTERM');
    // Windows has no signals: the process ends at once.
    expect(await exit).toEqual(process.platform === 'win32' ? [null, 'SIGTERM'] : [0, null]);
  });

  it.each([
    ['--account', '12', 'error: context.accountId must be twelve digits'],
    ['--port', 'x', 'expected a whole number'],
    ['--throughput', 'none', 'Allowed choices are enforced, unlimited'],
  ])('says what is wrong with %s %s', (option, value, text) => {
    const args = ['--import', 'tsx', 'examples/emulator/main.ts', option, value];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
