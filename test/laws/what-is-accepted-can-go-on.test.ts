/**
 * A stream restored from an accepted snapshot keeps working. At any point of a stream's life, one
 * field of its snapshot is set to an edge value. Either the snapshot is refused, or the restored
 * stream works: no call throws, and its numbers, its listings and its next snapshot are accepted.
 */

import fc from 'fast-check';
import {
  createLineage,
  formatSequenceNumber,
  type ListedShard,
  parseSequenceNumber,
  restoreStream,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import '../support/arbitraries.ts';
import {
  ARN,
  autoStream,
  DAY_MS,
  HASH_KEYS,
  HOUR_MS,
  merge,
  NAME,
  putAt,
  recordOf,
  scale,
  split,
  streamOf,
  T0,
} from '../support/streams.ts';

/** A snapshot read from JSON, to be damaged. */
// biome-ignore lint/suspicious/noExplicitAny: any member is to be damaged.
type Draft = any;

const NOW_MS_MAX = 16_025_002_199_000;
const CREATED_MS_MAX = 16_025_174_999_000;

/** One call in the life of a stream. */
interface Step {
  readonly kind: 'put' | 'split' | 'merge' | 'scale' | 'retain' | 'resize';
  readonly at: number;
  readonly byMs: number;
}

const steps: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('put', 'put', 'split', 'split', 'merge', 'scale', 'retain', 'resize'),
  at: fc.nat({ max: 1000 }),
  byMs: fc.constantFrom(0, 0, 1, 999, 1000, 90_000, HOUR_MS, DAY_MS, 2 * DAY_MS, -HOUR_MS),
});

const births: fc.Arbitrary<() => Stream> = fc.constantFrom(
  () => streamOf(1),
  () => streamOf(3, { transitionMs: 1000 }),
  () => streamOf(4, { throughput: 'unlimited' }),
  () => autoStream(),
);

/** Makes a call at a time within the range of all calls. None may throw. Returns that time. */
function take(stream: Stream, { kind, at, byMs }: Step, beforeMs: number): number {
  const nowMs = Math.min(Math.max(beforeMs + byMs, 0), NOW_MS_MAX);
  const { shards } = stream.shardMap(nowMs);
  const i = at % shards.length;
  const { shardId, startingHashKey, endingHashKey } = shards[i]!;
  if (kind === 'put') put(stream, startingHashKey, nowMs);
  if (kind === 'split') split(stream, shardId, (startingHashKey + endingHashKey) / 2n, nowMs);
  if (kind === 'merge') merge(stream, shardId, (shards[i + 1] ?? shards[0]!).shardId, nowMs);
  if (kind === 'scale') scale(stream, 1 + (at % 6), nowMs);
  const request = { StreamName: NAME, RetentionPeriodHours: at % 2 === 0 ? 24 : 48 };
  if (kind === 'retain' && at % 2 === 0) stream.decreaseStreamRetentionPeriod(request, nowMs);
  if (kind === 'retain' && at % 2 === 1) stream.increaseStreamRetentionPeriod(request, nowMs);
  if (kind === 'resize') {
    stream.updateMaxRecordSize({ StreamARN: ARN, MaxRecordSizeInKiB: 1024 + at }, nowMs);
  }
  return nowMs;
}

/** Puts a record, then one that must follow it. A fault may only be about throughput. */
function put(stream: Stream, hashKey: bigint, nowMs: number): void {
  const first = putAt(stream, hashKey, nowMs);
  if (!first.ok) return;
  const { SequenceNumber, ShardId } = first.value;
  const order = { ExplicitHashKey: `${hashKey}`, SequenceNumberForOrdering: SequenceNumber };
  const isAuto = stream.snapshot().recordDistributionStrategy === 'AUTO';
  const second = stream.putRecord(recordOf(10, isAuto ? {} : order), nowMs);
  if (second.ok && second.value.ShardId === ShardId) {
    expect(BigInt(second.value.SequenceNumber)).toBeGreaterThan(BigInt(SequenceNumber));
  } else if (!second.ok) {
    expect(second.fault.code).toBe('ProvisionedThroughputExceededException');
  }
  const iterator = stream.getShardIterator(
    {
      StreamName: NAME,
      ShardId,
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: SequenceNumber,
    },
    nowMs,
  );
  expect(iterator).toMatchObject({ ok: true });
}

function listingOf(stream: Stream, nowMs: number): ListedShard[] {
  const shards: ListedShard[] = [];
  let page = unwrap(stream.listShards({ StreamName: NAME, MaxResults: 5 }, nowMs));
  shards.push(...page.Shards);
  while (page.NextToken !== undefined) {
    page = unwrap(stream.listShards({ NextToken: page.NextToken }, nowMs));
    shards.push(...page.Shards);
  }
  return shards;
}

/** Checks that listings and snapshots of a stream are accepted, and that calls succeed or fail. */
function liveOn(stream: Stream, life: readonly Step[]): void {
  const { arrivedAtMs, pending } = stream.snapshot();
  let nowMs = Math.min(arrivedAtMs, NOW_MS_MAX);
  const ends: Step[] = [
    { kind: 'put', at: 0, byMs: 0 },
    { kind: 'put', at: 3, byMs: (pending?.atMs ?? nowMs) - nowMs },
    ...life,
    { kind: 'split', at: 1, byMs: NOW_MS_MAX },
    { kind: 'merge', at: 0, byMs: 0 },
    { kind: 'scale', at: 1, byMs: 0 },
    { kind: 'put', at: 1, byMs: 0 },
  ];
  for (const step of ends) {
    nowMs = take(stream, step, nowMs);
    const listing = listingOf(stream, nowMs);
    if (listing.length > 0) expect(createLineage(listing)).toMatchObject({ ok: true });
    const snapshot = JSON.parse(JSON.stringify(stream.snapshot()));
    expect(unwrap(restoreStream(snapshot)).snapshot()).toEqual(snapshot);
  }
}

/** The edges of a number: those of any member, and the neighbours of the value. */
function numberEdges(value: number): number[] {
  const edges = [
    0,
    1,
    10,
    1000,
    2 ** 30,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 52,
    2 ** 53 - 1,
    NOW_MS_MAX,
    NOW_MS_MAX + DAY_MS,
    CREATED_MS_MAX - 1000,
    CREATED_MS_MAX,
    0xf_ffff_ffff * 1000,
  ];
  const steps = [1, 1000, DAY_MS, 30 * DAY_MS];
  return [...edges, ...steps.flatMap((by) => [value - by, value + by]), Number.NaN, -1, 0.5];
}

/** The edges of a text: of hash keys, and of each field of a sequence number. */
function textEdges(text: string): string[] {
  const hashKeys = ['0', '1', `${HASH_KEYS - 1n}`, `${HASH_KEYS / 2n}`, '', 'AUTO', 'ON_DEMAND'];
  if (!/^[0-9]+$/.test(text)) return hashKeys;
  const near = [`${BigInt(text) - 1n}`, `${BigInt(text) + 1n}`];
  const parts = parseSequenceNumber(text);
  if (!parts.ok || parts.value.version !== 2) return [...hashKeys, ...near];
  const { value } = parts;
  const change = (more: object) => formatSequenceNumber({ ...value, ...more });
  return [
    ...near,
    ...[
      2n ** 61n - 1n,
      2n ** 61n,
      2n ** 62n - 1n,
      2n ** 63n - 4n,
      2n ** 63n - 2n,
      2n ** 63n - 1n,
    ].map((sequenceIndex) => change({ sequenceIndex })),
    ...[value.writtenAtMs + 1000, T0 + 365 * DAY_MS, 0xf_ffff_ffff * 1000].map((writtenAtMs) =>
      change({ writtenAtMs }),
    ),
    change({ unknownByte: 1 }),
    change({ shardIndex: value.shardIndex + 1 }),
  ];
}

function edgesOf(value: unknown): unknown[] {
  if (typeof value === 'number') return numberEdges(value);
  if (typeof value === 'string') return textEdges(value);
  if (value === null) return [0, 1, {}, []];
  if (Array.isArray(value)) {
    const [first, last] = [value[0], value.at(-1)];
    const lists = [[], new Array(3), [...value, last], [first, ...value], value.slice(1)];
    return [null, ...lists, [...value].reverse()];
  }
  return [null, {}];
}

/** The places of all members: the object and the name. */
function* placesOf(draft: Draft): Generator<readonly [Draft, string]> {
  if (typeof draft !== 'object' || draft === null) return;
  for (const name of Object.keys(draft)) {
    yield [draft, name];
    yield* placesOf(draft[name]);
  }
}

/** Damages one member of a snapshot. Returns the draft. */
function damage(stream: Stream, where: number, which: number): Draft {
  const draft = JSON.parse(JSON.stringify(stream.snapshot()));
  const places = [...placesOf(draft)].filter(([, name]) => name !== 'streamName');
  const [parent, name] = places[where % places.length]!;
  const edges = edgesOf(parent[name]);
  parent[name] = edges[which % edges.length];
  return draft;
}

function check(draft: Draft, life: readonly Step[]): boolean {
  const result = restoreStream(draft);
  if (result.ok) liveOn(result.value, life);
  else expect(result.fault).toMatchObject({ code: 'InvalidSnapshot', blame: 'client' });
  return result.ok;
}

describe('a snapshot with one field at an edge', () => {
  it('is refused, or gives a stream that works', () => {
    let accepted = 0;
    const lives = fc.array(steps, { maxLength: 12 });
    fc.assert(
      fc.property(
        births,
        lives,
        fc.nat(),
        fc.nat(),
        lives,
        (birth, before, where, which, after) => {
          const stream = birth();
          let nowMs = T0;
          for (const step of before) nowMs = take(stream, step, nowMs);
          if (check(damage(stream, where, which), after)) accepted++;
        },
      ),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('is refused, or gives a stream that works, for any field and edge', () => {
    const stream = streamOf(3, { transitionMs: 1000 });
    unwrap(split(stream, '1', HASH_KEYS / 2n, T0 + 1000));
    unwrap(merge(stream, '0', '3', T0 + 3000));
    unwrap(scale(stream, 4, T0 + 6000));
    const draft = JSON.parse(JSON.stringify(stream.snapshot()));
    const places = [...placesOf(draft)].filter(([, name]) => name !== 'streamName');
    let accepted = 0;
    for (const [parent, name] of places) {
      const value = parent[name];
      for (const edge of edgesOf(value)) {
        parent[name] = edge;
        if (check(structuredClone(draft), [])) accepted++;
      }
      parent[name] = value;
    }
    expect(accepted).toBeGreaterThan(100);
  });

  it.each<[string, (draft: Draft) => void]>([
    ['the last shard index', (draft) => (draft.nextShardIndex = 2 ** 31 - 1)],
    ['no shard index left', (draft) => (draft.nextShardIndex = 2 ** 31)],
    ['the last count', (draft) => (draft.distributedCount = 2 ** 52)],
    [
      'the last second of creation',
      (draft) => {
        for (const shard of draft.shards) {
          shard.createdAtMs = CREATED_MS_MAX;
          shard.open.lastSequenceNumber = formatSequenceNumber({
            version: 2,
            shardIndex: shard.shardIndex,
            shardCreatedAtMs: CREATED_MS_MAX,
            sequenceIndex: 0n,
            writtenAtMs: CREATED_MS_MAX,
          });
        }
      },
    ],
    [
      'the last sequence index',
      (draft) => {
        draft.sequenceIndexes[0].lastSequenceIndex = `${2n ** 63n - 2n}`;
        for (const { open } of draft.shards) {
          const parts = unwrap(parseSequenceNumber(open.lastSequenceNumber));
          const sequenceIndex = 2n ** 63n - 2n;
          open.lastSequenceNumber = formatSequenceNumber({ ...parts, sequenceIndex } as never);
        }
      },
    ],
  ])('is accepted with %s', (_, change) => {
    for (const stream of [streamOf(3), autoStream()]) {
      const draft = JSON.parse(JSON.stringify(stream.snapshot()));
      change(draft);
      expect(check(draft, [{ kind: 'put', at: 0, byMs: 1000 }])).toBe(true);
    }
  });
});
