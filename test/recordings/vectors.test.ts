/**
 * The committed vectors are what the generator writes, and every case agrees with an oracle:
 * node:crypto, a twin in test/oracles/reference, a published response, or a message spelled out
 * here.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { AwsShard, CreateStreamInput, SequenceNumberParts } from 'shardline';
import { describe, expect, it } from 'vitest';
import { files } from '../../tools/vectors/generate.ts';
import { expandRequest, type JsonObject, readRequest } from '../../tools/vectors/request.ts';
import { naiveDeaggregate } from '../oracles/reference/naive-deaggregate.ts';
import { naiveRing } from '../oracles/reference/naive-reshard.ts';
import { NaiveStream } from '../oracles/reference/naive-stream.ts';
import { fullBucket, taken, waitMs } from '../oracles/reference/rational-bucket.ts';
import { decode } from '../oracles/reference/sequence-number.ts';
import { listFiles, read, readJson, root } from '../support/repository.ts';
import frames from './aggregated-records.json' with { type: 'json' };
import listings from './reshard-cases.json' with { type: 'json' };
import layouts from './shard-layouts.json' with { type: 'json' };
import recorded from './validation-cases.json' with { type: 'json' };
import { expandText, omitData } from './validation-cases.ts';

const KEYS = 2n ** 128n;
const BYTES_MAX = 380_000;

interface Vectors<T> {
  readonly version: number;
  readonly description: string;
  readonly source: string;
  readonly cases: readonly T[];
}

function load<T, S = unknown>(name: string): Vectors<T> & S {
  return readJson(`vectors/${name}.json`);
}

describe('the files', () => {
  it.each([...files])('%s is what the generator writes', (path, text) => {
    expect(read(path) === text, 'npm run vectors writes the file again').toBe(true);
  });

  it('are all in the folder, small, ASCII, and have a version, a description and a source', () => {
    const listed = listFiles().filter((path) => /^vectors\/.*\.json$/.test(path));
    expect(listed).toEqual([...files.keys()].sort());
    let bytes = 0;
    for (const path of listed) {
      const text = read(path);
      expect(text).toMatch(/^[\n -~]*$/);
      bytes += text.length;
      const { version, description, source, cases } = JSON.parse(text);
      expect(version).toBe(1);
      expect(description).toMatch(/\w/);
      expect(source).toMatch(/\w/);
      expect(cases.length).toBeGreaterThan(9);
    }
    expect(bytes).toBeLessThan(BYTES_MAX);
  });

  it('hold no number that a double would round', () => {
    for (const path of files.keys()) {
      const digits =
        read(path)
          .replace(/"(?:[^"\\]|\\.)*"/g, '')
          .match(/\d+(?:\.\d+)?/g) ?? [];
      expect(digits.filter((text) => !Number.isSafeInteger(Number(text)))).toEqual([]);
    }
  });

  it('are described in the README beside them', () => {
    const text = read('vectors/README.md');
    for (const path of files.keys()) expect(text).toContain(path.slice(path.lastIndexOf('/') + 1));
  });
});

interface PartitionKeyVector {
  readonly partitionKey: string;
  readonly codePoints: number;
  readonly utf8?: string;
  readonly md5: string;
  readonly hashKey: string;
}

describe('the cases of partition-keys', () => {
  const { cases } = load<PartitionKeyVector>('partition-keys');

  it('have the hash keys that node:crypto gives', () => {
    for (const { partitionKey, codePoints, utf8, md5, hashKey } of cases) {
      const bytes = Buffer.from(partitionKey, 'utf8');
      expect(utf8).toBe(bytes.length > partitionKey.length ? bytes.toString('hex') : undefined);
      expect(codePoints).toBe([...partitionKey].length);
      expect(md5).toBe(createHash('md5').update(bytes).digest('hex'));
      expect(hashKey).toBe(BigInt(`0x${md5}`).toString());
    }
  });

  it('have every length of up to two blocks, every Unicode plane, and the length limits', () => {
    const lengths = new Set(cases.map(({ partitionKey }) => Buffer.byteLength(partitionKey)));
    for (let length = 0; length <= 130; length++) expect(lengths).toContain(length);
    const points = cases.flatMap(({ partitionKey }) => [...partitionKey]);
    const planes = new Set(points.map((point) => point.codePointAt(0)! >> 16));
    expect(planes.size).toBe(17);
    const counts = cases.map(({ codePoints }) => codePoints);
    expect(counts).toEqual(expect.arrayContaining([0, 1, 2, 256]));
    expect(Math.max(...counts)).toBe(256);
  });
});

interface UniformVector {
  readonly shardCount: number;
  readonly verified: boolean;
  readonly formulasAgree: boolean;
  readonly ranges: readonly { readonly startingHashKey: string; readonly endingHashKey: string }[];
}

describe('the cases of uniform-ranges', () => {
  const { cases } = load<UniformVector>('uniform-ranges');

  it.each(cases)(
    'have the ranges of the twin: $shardCount shards',
    ({ shardCount, ranges, ...marks }) => {
      expect(ranges).toEqual(
        naiveRing(shardCount).map(({ start, end }) => ({
          startingHashKey: `${start}`,
          endingHashKey: `${end}`,
        })),
      );
      const floors = ranges.map((_, index) => `${(BigInt(index) * KEYS) / BigInt(shardCount)}`);
      const starts = ranges.map(({ startingHashKey }) => startingHashKey);
      expect(marks.formulasAgree).toBe(JSON.stringify(starts) === JSON.stringify(floors));
    },
  );

  const hp16 = readJson<{ Shards: AwsShard[] }>(
    'test/recordings/data/list-shards-hp-16.json',
  ).Shards;
  const real = [
    ...layouts.filter(({ tier, isUniform }) => isUniform && !/emul|edited/.test(tier)),
    { shardCount: 16, shards: hp16 },
  ];

  it('are verified exactly if a real listing is public, and equal to it', () => {
    const verified = cases.filter((one) => one.verified);
    expect(verified.map(({ shardCount }) => shardCount)).toEqual([1, 2, 3, 4, 5, 8, 16]);
    for (const { shardCount, ranges } of verified) {
      const printed = real.filter((listing) => listing.shardCount === shardCount);
      expect(printed.length).toBeGreaterThan(0);
      for (const { HashKeyRange } of printed.flatMap<AwsShard>(({ shards }) => shards)) {
        expect(ranges).toContainEqual({
          startingHashKey: HashKeyRange!.StartingHashKey,
          endingHashKey: HashKeyRange!.EndingHashKey,
        });
      }
    }
  });
});

type SequenceVector =
  | {
      readonly kind: 'decode' | 'encode';
      readonly sequenceNumber: string;
      readonly canonical?: string;
      readonly fields: JsonObject;
      readonly tier?: string;
      readonly shardId?: string;
    }
  | { readonly kind: 'order'; readonly ascending: readonly string[] }
  | { readonly kind: 'refused'; readonly sequenceNumber: string };

describe('the cases of sequence-numbers', () => {
  const { cases } = load<SequenceVector>('sequence-numbers');

  function plain(parts: SequenceNumberParts | undefined): unknown {
    return JSON.parse(
      JSON.stringify(parts, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    );
  }

  it('have the fields that the twin reads', () => {
    const versions = new Map<unknown, number>();
    for (const one of cases) {
      if (one.kind !== 'decode' && one.kind !== 'encode') continue;
      const { fields, canonical = one.sequenceNumber } = one;
      expect(plain(decode(one.sequenceNumber))).toEqual(fields);
      expect(plain(decode(canonical))).toEqual(fields);
      const isShort = BigInt(canonical) < 2n ** 129n;
      if (isShort) expect(BigInt(canonical) >> 124n).toBe(1n);
      else expect(canonical).toBe(one.sequenceNumber);
      versions.set(fields['version'], (versions.get(fields['version']) ?? 0) + 1);
      if (one.tier === 'real' && one.shardId !== undefined) {
        expect(Number(one.shardId.slice('shardId-'.length))).toBe(fields['shardIndex']);
      }
    }
    for (const version of [0, 1, 2]) expect(versions.get(version)).toBeGreaterThan(10);
  });

  it('ascend as integers', () => {
    const orders = cases.filter(({ kind }) => kind === 'order');
    expect(orders.length).toBeGreaterThan(1);
    for (const one of orders) {
      const numbers = one.kind === 'order' ? one.ascending.map(BigInt) : [];
      expect(numbers.every((number, i) => i === 0 || numbers[i - 1]! < number)).toBe(true);
    }
  });

  it('are refused if the twin refuses them', () => {
    const refused = cases.filter((one) => one.kind === 'refused');
    expect(refused.length).toBeGreaterThan(20);
    for (const { sequenceNumber } of refused) expect(decode(sequenceNumber)).toBeUndefined();
  });
});

interface ValidationVector {
  readonly title: string;
  readonly operation: string;
  readonly request: JsonObject;
  readonly accepted: boolean;
  readonly shardId?: string;
  readonly code?: string;
  readonly message?: string;
  readonly messageWithValues?: string;
}

interface Setting {
  readonly accountId: string;
  readonly region: string;
  readonly stream: CreateStreamInput & { createdAtMs: number };
}

type TwinResult =
  | { readonly ok: true; readonly value: { readonly ShardId?: string } }
  | { readonly ok: false; readonly fault: { readonly code: string; readonly message: string } };

/** Calls the twin by the name of an operation. */
function callTwin(
  twin: NaiveStream,
  operation: string,
  request: JsonObject,
  nowMs: number,
): TwinResult {
  const input = readRequest(request) as never;
  const direction = /^(Increase|Decrease)Stream/.exec(operation)?.[1] as 'Increase' | undefined;
  if (direction !== undefined) return twin.setRetention(direction, input, nowMs) as TwinResult;
  const name = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}` as 'putRecord';
  return twin[name](input, nowMs) as TwinResult;
}

/** Violations that the twin does not check, by title. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  'no shards':
    "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
  'an unknown mode':
    "Value 'OFF' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
  'an unknown filter':
    "Value 'ALL' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, FROM_TIMESTAMP]",
  'an unknown scaling':
    "Value 'FAST' at 'scalingType' failed to satisfy constraint: Member must satisfy enum value set: [UNIFORM_SCALING]",
};

describe('the cases of validation', () => {
  const { cases, accountId, region, stream } = load<ValidationVector, Setting>('validation');
  const { createdAtMs, ...created } = stream;

  function expectedOf(
    { title, operation, request }: ValidationVector,
    validationMessages: 'data-omitted' | 'value-shown',
  ): { code?: string; message?: string; shardId?: string } {
    const recording = recorded.cases.find((one) => one.title === title);
    const spelledOut = SPELLED_OUT[title];
    if (recording !== undefined || spelledOut !== undefined) {
      const shown = recording
        ? expandText(recording.superseded?.message ?? recording.message)
        : `1 validation error detected: ${spelledOut}`;
      const isShown = validationMessages === 'value-shown';
      const message = isShown ? shown : omitData(shown);
      return { code: 'ValidationException', message };
    }
    const context = { accountId, region, shardLimit: 20_000, validationMessages };
    const twin = new NaiveStream(created, context, createdAtMs);
    const result = callTwin(twin, operation, request, createdAtMs + 60_000);
    if (!result.ok) return result.fault;
    return result.value.ShardId === undefined ? {} : { shardId: result.value.ShardId };
  }

  it.each(cases)('have the expected result: $operation: $title', (one) => {
    const omitted = expectedOf(one, 'data-omitted');
    expect(one.accepted).toBe(omitted.code === undefined);
    if (one.shardId !== undefined) expect(one.shardId).toBe(omitted.shardId);
    if (one.accepted) return;
    expect({ code: one.code, message: one.message }).toEqual({
      code: omitted.code,
      message: omitted.message,
    });
    const shown = expectedOf(one, 'value-shown').message;
    const isOther = shown !== one.message && !shown!.includes('Entry@');
    expect(one.messageWithValues).toBe(isOther ? shown : undefined);
  });

  it('have a source if they are verified, and a note otherwise', () => {
    for (const one of load<JsonObject>('validation').cases) {
      expect(one[one['verified'] ? 'source' : 'note']).toMatch(/\w/);
    }
  });

  it('have requests whose short notation expands', () => {
    const short = { Records: { $times: 2, entry: { Data: { $zeroBytes: 4 }, PartitionKey: 'a' } } };
    const long = { Data: 'AAAAAA==', PartitionKey: 'a' };
    expect(expandRequest(short)).toEqual({ Records: [long, long] });
    expect(readRequest({ Data: 'YQ==' })).toEqual({ Data: Uint8Array.of(97) });
  });
});

interface ReshardVector {
  readonly title: string;
  readonly createStream: CreateStreamInput;
  readonly createdAtMs: number;
  readonly shardLimit?: number;
  readonly transitionMs?: number;
  readonly steps: readonly {
    readonly atMs: number;
    readonly operation: string;
    readonly request: JsonObject;
    readonly accepted: boolean;
    readonly code?: string;
    readonly message?: string;
  }[];
  readonly listedAtMs: number;
  readonly shards: readonly AwsShard[];
}

describe('the cases of reshard', () => {
  const { cases, accountId, region } = load<ReshardVector, Setting>('reshard');

  it.each(cases)('have the results of the twin: $title', (one) => {
    const { shardLimit = 20_000, transitionMs = 0, createdAtMs, listedAtMs } = one;
    const context = { accountId, region, shardLimit, transitionMs };
    const twin = new NaiveStream(one.createStream, context, createdAtMs);
    for (const { atMs, operation, request, accepted, code, message } of one.steps) {
      const result = callTwin(twin, operation, request, atMs);
      expect(accepted).toBe(result.ok);
      if (!result.ok) expect(result.fault).toMatchObject({ code, message });
    }
    const listed = twin.listShards({ StreamName: 'orders' }, listedAtMs);
    expect({ ok: true, value: { Shards: one.shards } }).toEqual(listed);
  });

  const published = listings.filter(
    ({ certainty, operations }) => certainty === 'real' && operations.length > 0,
  );

  it.each(published)(
    'have the shards that were published: $title, $source',
    ({ title, open, isComplete }) => {
      const { shards } = cases.find((one) => one.title === title)!;
      const ours = shards.filter((shard) => !shard.SequenceNumberRange?.EndingSequenceNumber);
      if (isComplete) expect(ours).toHaveLength(open.length);
      for (const printed of open) {
        expect(ours).toContainEqual(expect.objectContaining(printed));
      }
    },
  );

  it('have children created in the second after their parents closed', () => {
    for (const { shards } of cases) {
      const closedAtMs = new Map(
        shards.map(({ ShardId, SequenceNumberRange }) => [
          ShardId,
          decode(SequenceNumberRange?.EndingSequenceNumber ?? '')?.writtenAtMs,
        ]),
      );
      for (const { ParentShardId, SequenceNumberRange } of shards) {
        const parentClosedAtMs = closedAtMs.get(ParentShardId);
        if (parentClosedAtMs === undefined) continue;
        const start = decode(SequenceNumberRange!.StartingSequenceNumber!)!;
        expect(start.shardCreatedAtMs).toBe(parentClosedAtMs + 1000);
      }
    }
  });
});

interface ThrottleVector {
  readonly title: string;
  readonly recordBytesMax: number;
  readonly createdAtMs: number;
  readonly events: readonly {
    readonly atMs: number;
    readonly bytes: number;
    readonly times: number;
    readonly admitted: boolean;
    readonly retryAfterMs?: number;
  }[];
}

describe('the cases of throttle', () => {
  const { cases } = load<ThrottleVector>('throttle');

  it.each(cases)(
    'have the results of the twin: $title',
    ({ recordBytesMax: capacity, createdAtMs, events }) => {
      let bucket = fullBucket(capacity, createdAtMs);
      for (const { atMs, bytes, times, admitted, retryAfterMs } of events) {
        for (let i = 0; i < times; i++) {
          const next = taken(bucket, bytes, capacity, atMs);
          expect(admitted).toBe(next !== undefined);
          // Equal records that follow at the same time are refused with the same wait.
          if (next === undefined) {
            expect(retryAfterMs).toBe(waitMs(bucket, bytes, capacity, atMs));
            break;
          }
          expect(retryAfterMs).toBeUndefined();
          bucket = next;
        }
      }
    },
  );
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

it(`check.py agrees with the vectors${hasPython ? '' : ' (python3 is missing)'}`, () => {
  if (!hasPython) return;
  const output = execFileSync('python3', [`${root}vectors/check.py`], { encoding: 'utf8' });
  expect(output).toBe('ok\n');
});

interface AggregationVector {
  readonly title: string;
  readonly tier: string;
  readonly data: string;
  readonly range?: { readonly startingHashKey: string; readonly endingHashKey: string };
  readonly kind: 'aggregate' | 'outside' | 'plain';
  readonly lostByKcl: boolean;
  readonly canonical?: boolean;
  readonly records?: readonly {
    readonly partitionKey: string;
    readonly explicitHashKey?: string;
    readonly data: string;
  }[];
}

describe('the cases of aggregation', () => {
  const { cases } = load<AggregationVector>('aggregation');

  it.each(cases)('have the result of the twin: $title', ({ data, range, ...one }) => {
    const bytes = Buffer.from(data, 'hex');
    const result =
      range === undefined
        ? naiveDeaggregate(bytes)
        : naiveDeaggregate(bytes, {
            startingHashKey: BigInt(range.startingHashKey),
            endingHashKey: BigInt(range.endingHashKey),
          });
    expect(one.lostByKcl).toBe(result === 'lost');
    if (typeof result === 'string') {
      expect(one.kind).toBe(result === 'lost' ? 'plain' : result);
      expect(one.records).toBeUndefined();
      return;
    }
    expect(one.kind).toBe('aggregate');
    expect(one.records).toEqual(
      result.map(({ key, hashKey, data: content }) => ({
        partitionKey: key,
        ...(hashKey !== undefined && { explicitHashKey: hashKey }),
        data: content,
      })),
    );
  });

  it('have the records that were published with a frame', () => {
    expect(new Set(frames.map(({ tier }) => tier))).toEqual(
      new Set(['real-kpl', 'aws-library', 'third-party']),
    );
    for (const { title, data, records = [] } of frames) {
      const found = cases.find((one) => one.data === data && one.title === title)!;
      if (found.kind === 'aggregate') expect(found.records).toEqual(records);
      else expect(found.lostByKcl).toBe(records.length > 0);
    }
  });

  it('are canonical if the KPL or an aggregator of AWS made them', () => {
    const official = cases.filter(({ tier }) => /^(?:real-kpl|aws-library)$/.test(tier));
    expect(official.length).toBeGreaterThan(4);
    for (const one of official) expect(one.canonical).toBe(true);
  });
});
