import { createStream, restoreStream, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ARN,
  autoStream,
  CONTEXT,
  faultOf,
  HASH_KEYS,
  MIB,
  NAME,
  putAt,
  recordOf,
  revive,
  scale,
  split,
  streamOf,
  T0,
} from '../../../support/streams.ts';

/** A snapshot read from JSON, to be damaged. */
// biome-ignore lint/suspicious/noExplicitAny: any member is to be damaged.
type Draft = any;

function draftOf(stream: Stream): Draft {
  return JSON.parse(JSON.stringify(stream.snapshot()));
}

it('refuses a sparse list at its first hole', () => {
  const snapshot = JSON.parse(JSON.stringify(streamOf(1).snapshot()));
  const sparse = new Array(2 ** 32 - 1);
  for (const damaged of [{ scaledAtMs: new Array(2) }, { shards: sparse }]) {
    expect(faultOf(restoreStream({ ...snapshot, ...damaged }))).toMatch(/\[0\] must be /);
  }
  expect(faultOf(restoreStream({ ...snapshot, scaledAtMs: sparse }))).toBe(
    'InvalidSnapshot: snapshot.scaledAtMs must have at most 10 members: got 4294967295',
  );
});

describe('restoreStream restores a stream', () => {
  it('after its largest record was made smaller', () => {
    const stream = streamOf(2, {}, { MaxRecordSizeInKiB: 10_240 });
    putAt(stream, 0n, T0);
    unwrap(stream.updateMaxRecordSize({ StreamARN: ARN, MaxRecordSizeInKiB: 1024 }, T0));
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  });

  it('after the highest SequenceNumberForOrdering', () => {
    const stream = streamOf(1);
    const start = unwrap(stream.listShards({ StreamName: NAME }, T0)).Shards[0]!;
    const first = BigInt(start.SequenceNumberRange.StartingSequenceNumber);
    const order = (index: bigint) => {
      const SequenceNumberForOrdering = `${first + index * 2n ** 80n}`;
      return stream.putRecord(recordOf(10, { SequenceNumberForOrdering }), T0 + 5000);
    };
    expect(order(2n ** 61n).ok).toBe(false);
    const put = order(2n ** 61n - 1n);
    expect(put.ok && BigInt(put.value.SequenceNumber)).toBeGreaterThan(first + 2n ** 141n);
    putAt(stream, 0n, T0 + 5000);
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  });

  it('in the middle of a reshard with temporary shards', () => {
    const stream = streamOf(4, { transitionMs: 1000 });
    unwrap(scale(stream, 3, T0 + 1000));
    const other = revive(stream);
    for (const nowMs of [T0 + 1999, T0 + 2000, T0 + 3000]) {
      expect(putAt(other, 2n ** 127n, nowMs)).toEqual(putAt(stream, 2n ** 127n, nowMs));
      expect(other.snapshot()).toEqual(stream.snapshot());
    }
    expect(stream.shardMap(T0 + 3000).shards.map(({ shardIndex }) => shardIndex)).toEqual([
      6, 9, 10,
    ]);
  });

  it('with a shard of a single hash key', () => {
    const draft = draftOf(streamOf(2));
    Object.assign(draft.shards[0], { startingHashKey: '0', endingHashKey: '0' });
    draft.shards[1].startingHashKey = '1';
    expect(unwrap(restoreStream(draft)).snapshot()).toEqual(draft);
  });

  it('with every optional member', () => {
    const stream = autoStream({ encryptionType: 'KMS', validationMessages: 'value-shown' });
    stream.putRecord({ StreamName: NAME, Data: new Uint8Array(5) }, T0);
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
    expect(draftOf(stream)).toEqual(stream.snapshot());
  });

  it('in a transition at the last time of a call', () => {
    const end = 16_025_002_199_000;
    const context = { ...CONTEXT, transitionMs: 1000 };
    const request = { StreamName: NAME, ShardCount: 2 };
    const young = unwrap(createStream(request, context, end));
    expect(revive(young).snapshot()).toEqual(young.snapshot());
    const stream = unwrap(createStream(request, context, end - 1000));
    unwrap(scale(stream, 3, end));
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  });
});

describe('restoreStream', () => {
  const full = () => {
    const stream = streamOf(4, { transitionMs: 1000 });
    unwrap(split(stream, '0', 100n, T0 + 1000));
    putAt(stream, 0n, T0 + 2000);
    unwrap(scale(stream, 4, T0 + 3000));
    return draftOf(stream);
  };
  const damages: [string, (draft: Draft) => void][] = [
    ['no version', (draft) => delete draft.version],
    ['an invalid name', (draft) => (draft.streamName = 'a b')],
    ['no context', (draft) => delete draft.context],
    ['no transition time', (draft) => delete draft.context.updatingMs],
    ['no shard limit', (draft) => (draft.context.shardLimit = null)],
    ['no throughput', (draft) => delete draft.context.throughput],
    ['no encryption type', (draft) => delete draft.context.encryptionType],
    ['no message style', (draft) => delete draft.context.validationMessages],
    ['no count of other shards', (draft) => delete draft.context.otherOpenShardCount],
    ['AUTO on a provisioned stream', (draft) => (draft.recordDistributionStrategy = 'AUTO')],
    ['retention too short', (draft) => (draft.retentionPeriodHours = 23)],
    ['records too large', (draft) => (draft.maxRecordSizeInKiB = 10_241)],
    ['a time with a fraction', (draft) => (draft.arrivedAtMs = 0.5)],
    ['no shards', (draft) => (draft.shards = [])],
    ['a missing shard', (draft) => draft.shards.pop()],
    ['a shard twice', (draft) => draft.shards.push(draft.shards.at(-1))],
    ['shards out of order', (draft) => draft.shards.reverse()],
    ['a hash key with a leading zero', (draft) => (draft.shards[0].endingHashKey = '00')],
    ['a shard that is its own parent', (draft) => (draft.shards[5].parentShardIndex = 5)],
    ['an open shard without state', (draft) => (draft.shards[1].open = null)],
    [
      'a closed shard with the state of an open one',
      (draft) => {
        draft.shards[0].open = draft.shards[1].open;
      },
    ],
    ['a closed shard without the member for open ones', (draft) => delete draft.shards[0].open],
    ['a shard closed before it opened', (draft) => (draft.shards[0].closed.closedAtMs = T0 - 1)],
    ['more tokens for records than the capacity', (draft) => (draft.shards[1].open.records = 1001)],
    ['a negative number of tokens', (draft) => (draft.shards[1].open.records = -1)],
    [
      'more tokens for bytes than the capacity',
      (draft) => (draft.shards[1].open.byteUnits = 125 * MIB + 1),
    ],
    [
      'the number of another shard',
      (draft) => {
        draft.shards[1].open.lastSequenceNumber = draft.shards[2].open.lastSequenceNumber;
      },
    ],
    ['a next index that is taken', (draft) => (draft.nextShardIndex = 5)],
    ['a next index that is too high', (draft) => (draft.nextShardIndex = 2 ** 31)],
    [
      'a count that is too high',
      (draft) => {
        draft.distributedCount = Number.MAX_SAFE_INTEGER;
      },
    ],
  ];
  it.each(damages)('refuses a snapshot with %s', (_, damage) => {
    const draft = full();
    expect(restoreStream(draft).ok).toBe(true);
    damage(draft);
    const result = restoreStream(draft);
    expect(faultOf(result)).toMatch(/^InvalidSnapshot: \S/);
    expect(faultOf(result).length).toBeLessThan(400);
  });

  const half = 2n ** 127n;
  const flaws: [string, (draft: Draft) => void, message: string][] = [
    ['version', (draft) => (draft.version = 2), 'version must be one of 1: got 2'],
    ['context', (draft) => (draft.context = null), 'context must be an object: got null'],
    ['shards', (draft) => (draft.shards = '0'), "shards must be an array: got the string '0'"],
    ['shard', (draft) => (draft.shards[1] = null), 'shards[1] must be an object: got null'],
    ['scaledAtMs', (draft) => (draft.scaledAtMs = 0), 'scaledAtMs must be an array: got 0'],
    [
      'scaledAtMs',
      (draft) => (draft.scaledAtMs = [0, -1]),
      'scaledAtMs[1] must be an integer from 0 to 16025002199000: got -1',
    ],
    [
      'streamMode',
      (draft) => (draft.streamMode = 'AUTO'),
      "streamMode must be one of PROVISIONED, ON_DEMAND: got the string 'AUTO'",
    ],
    [
      'createdAtMs',
      (draft) => (draft.shards[0].createdAtMs += 500),
      'shards[0].createdAtMs must be a whole second: got 1699999997500',
    ],
    [
      'endingHashKey',
      (draft) => Object.assign(draft.shards[0], { startingHashKey: '7', endingHashKey: '6' }),
      'shards[0].endingHashKey must not be below startingHashKey',
    ],
    ...['0x', '-0', '0'.repeat(40)].map((text): (typeof flaws)[number] => [
      'startingHashKey',
      (draft) => (draft.shards[0].startingHashKey = text),
      `shards[0].startingHashKey must match ^[0-9]{1,39}$: got the string '${text}'`,
    ]),
    [
      'startingHashKey',
      (draft) => (draft.shards[0].startingHashKey = '00'),
      'shards[0].startingHashKey must be from 0 to 2^128 - 1, without leading zeros',
    ],
    [
      'endingHashKey',
      (draft) => (draft.shards[1].endingHashKey = `${HASH_KEYS}`),
      'shards[1].endingHashKey must be from 0 to 2^128 - 1, without leading zeros',
    ],
    [
      'ranges',
      (draft) => (draft.shards[1].startingHashKey = `${half + 1n}`),
      `shards: No open shard holds the hash keys ${half} to ${half}: shardId-000000000000 ends at ${half - 1n}, shardId-000000000001 starts at ${half + 1n}`,
    ],
    [
      'ranges',
      (draft) => (draft.shards[1].startingHashKey = `${half - 1n}`),
      `shards: shardId-000000000000 and shardId-000000000001 overlap: both are open and hold the hash keys ${half - 1n} to ${half - 1n}`,
    ],
    ...['+1', '1 ', '1'.repeat(57)].map((text): (typeof flaws)[number] => [
      'lastSequenceNumber',
      (draft) => (draft.shards[0].open.lastSequenceNumber = text),
      `shards[0].open.lastSequenceNumber must match ^[0-9]{1,56}$: got the string '${text}'`,
    ]),
    [
      'lastSequenceNumber',
      (draft) => (draft.shards[1].open.lastSequenceNumber = '1'),
      "shards[1].open.lastSequenceNumber '1' is of version 0: expected 2",
    ],
    [
      'open',
      (draft) => (draft.shards[1].open = null),
      'shards[1] must be either open or closed: one of the two must be null',
    ],
    [
      'closed',
      (draft) => (draft.shards[1].closed = { closedAtMs: T0, closingSecondMs: T0 }),
      'shards[1] must be either open or closed: one of the two must be null',
    ],
    ['pending', (draft) => delete draft.pending, 'pending must be an object: got undefined'],
  ];
  it.each(flaws)('names the place of a wrong %s (%#)', (_, damage, message) => {
    const draft = draftOf(streamOf(2));
    expect(restoreStream(draft).ok).toBe(true);
    damage(draft);
    expect(faultOf(restoreStream(draft))).toBe(`InvalidSnapshot: snapshot.${message}`);
  });

  it('names the wrong member of the context', () => {
    const draft = draftOf(streamOf(2));
    draft.context.accountId = '1234567890123';
    expect(faultOf(restoreStream(draft))).toBe(
      "InvalidSnapshot: snapshot.context.accountId must be twelve digits: got the string '1234567890123'",
    );
    expect(faultOf(restoreStream([draft]))).toBe(
      'InvalidSnapshot: snapshot must be an object: got an array',
    );
  });

  it.each([Error, TypeError, RangeError])("rethrows a getter's %o", (Class) => {
    const own = new Class('of my own');
    const trap = {
      get version(): number {
        throw own;
      },
    };
    expect(() => restoreStream(trap)).toThrow(own);
  });

  it('never takes a stack overflow for a flaw of the snapshot', () => {
    const draft = full();
    const faults: string[] = [];
    let thrown = 0;
    let restored = false;
    const descend = (): void => {
      try {
        descend();
      } catch {
        // At each depth, from the deepest on: until one has room for the whole call.
      }
      if (restored) return;
      try {
        const result = restoreStream(draft);
        restored = result.ok;
        if (!result.ok) faults.push(result.fault.message);
      } catch {
        thrown++;
      }
    };
    descend();
    expect(faults).toEqual([]);
    expect(thrown).toBeGreaterThan(0);
    expect(restored).toBe(true);
  });

  it('reads each member once', () => {
    const reads: string[] = [];
    const once = (title: string, target: object): object =>
      new Proxy(target, {
        get: (_, name) => {
          const place = `${title}.${String(name)}`;
          reads.push(place);
          const value = Reflect.get(target, name);
          return typeof value === 'object' && value !== null ? once(place, value) : value;
        },
      });
    expect(restoreStream(once('snapshot', full()))).toMatchObject({ ok: true });
    expect(reads.length).toBeGreaterThan(100);
    expect(reads).toEqual([...new Set(reads)]);
  });

  it('reads lists by index, whatever else they have', () => {
    const draft = full();
    const lists = [draft.scaledAtMs, draft.shards, draft.pending.steps];
    for (const step of draft.pending.steps) lists.push(step.parentShardIndexes, step.children);
    for (const list of lists) Object.assign(list, { map: 5, entries: 5, [Symbol.iterator]: 5 });
    expect(unwrap(restoreStream(draft)).snapshot()).toEqual(
      unwrap(restoreStream(full())).snapshot(),
    );
  });

  it('refuses an unknown member of the context', () => {
    const draft = full();
    draft.context.shards = 1;
    expect(faultOf(restoreStream(draft))).toBe(
      "InvalidSnapshot: snapshot.context must have only the options accountId, region, throughput, creatingMs, updatingMs, deletingMs, encryptionType, validationMessages, shardLimit, otherOpenShardCount: got 'shards'",
    );
  });

  const lineages: [string, (draft: Draft) => void][] = [
    ['a range that its children do not fill', ({ shards }) => (shards[0].endingHashKey = '5')],
    ['another parent', ({ shards }) => (shards[5].parentShardIndex = 1)],
    ['no parent', ({ shards }) => (shards[5].parentShardIndex = null)],
    [
      'an adjacent parent alone',
      ({ shards }) => {
        shards[5].adjacentParentShardIndex = 0;
        shards[5].parentShardIndex = null;
      },
    ],
    ['the same parent twice', ({ shards }) => (shards[5].adjacentParentShardIndex = 0)],
    ['a time before its parent closed', ({ shards }) => shards[5].openedAtMs--],
    ['a parent that closed earlier', ({ shards }) => shards[0].closed.closedAtMs--],
    [
      'a parent with another closing second',
      ({ shards }) => (shards[0].closed.closingSecondMs -= 1000),
    ],
    [
      'a last number from the future',
      ({ shards }) => {
        const last = BigInt(shards[1].open.lastSequenceNumber);
        shards[1].open.lastSequenceNumber = `${last + (60n << 36n)}`;
      },
    ],
  ];
  it.each(lineages)('refuses a shard with %s', (_, damage) => {
    const draft = full();
    expect(restoreStream(draft).ok).toBe(true);
    damage(draft);
    expect(faultOf(restoreStream(draft))).toMatch(/^InvalidSnapshot: snapshot\.shards(: |\[\d\])/);
  });

  it('refuses more steps than a reshard can have, and more scalings than a day can', () => {
    const draft = full();
    draft.pending.steps = new Array(16);
    expect(faultOf(restoreStream(draft))).toBe(
      'InvalidSnapshot: snapshot.pending.steps must have at most 15 members: got 16',
    );
    draft.scaledAtMs = new Array(11).fill(T0);
    expect(faultOf(restoreStream(draft))).toBe(
      'InvalidSnapshot: snapshot.scaledAtMs must have at most 10 members: got 11',
    );
  });

  const pending = (): Draft => {
    const stream = streamOf(4, { transitionMs: 1000 });
    unwrap(scale(stream, 3, T0 + 3000));
    return draftOf(stream);
  };
  const lastSecondMs = 16_025_174_999_000;
  const reshardDamages: [string, (draft: Draft) => void][] = [
    ['no step list', (draft) => delete draft.pending.steps],
    ['no steps', (draft) => (draft.pending.steps = [])],
    ['a step without children', (draft) => (draft.pending.steps[0].children = [])],
    [
      'a step without parents and children',
      (draft) => {
        draft.pending.steps.unshift({ parentShardIndexes: [], children: [] });
      },
    ],
    ['parents in the wrong order', (draft) => draft.pending.steps[1].parentShardIndexes.reverse()],
    [
      'a split into one child',
      (draft) => {
        const [lower] = draft.pending.steps[0].children;
        lower.endingHashKey = draft.pending.steps[0].children.pop().endingHashKey;
      },
    ],
    [
      'children in the wrong order',
      (draft) => {
        const [lower, upper] = draft.pending.steps[0].children;
        draft.pending.steps[0].children = [
          { ...upper, shardIndex: lower.shardIndex },
          { ...lower, shardIndex: upper.shardIndex },
        ];
      },
    ],
    [
      'three parents',
      (draft) => {
        draft.pending.steps = [
          {
            parentShardIndexes: [0, 1, 2],
            children: [
              {
                shardIndex: 4,
                startingHashKey: '0',
                endingHashKey: draft.shards[2].endingHashKey,
              },
            ],
          },
        ];
      },
    ],
    [
      'children that leave a gap',
      (draft) => {
        draft.pending.steps[0].children[1].startingHashKey = draft.shards[2].startingHashKey;
      },
    ],
    [
      'children beyond their parents',
      (draft) => {
        draft.pending.steps.pop();
        draft.pending.steps.at(-1).children[0].endingHashKey = `${HASH_KEYS - 1n}`;
      },
    ],
    [
      'a child whose index is taken',
      (draft) => (draft.pending.steps[0].children[0].shardIndex = 3),
    ],
    [
      'a child whose index is too high',
      (draft) => {
        draft.pending.steps.at(-1).children[0].shardIndex = 2 ** 31;
      },
    ],
    ['a time before that of its parents', (draft) => (draft.pending.atMs = -1)],
    [
      'parents created when no child can be',
      (draft) => {
        for (const shard of draft.shards) {
          const { shardIndex } = shard;
          const second = BigInt(lastSecondMs / 1000);
          shard.createdAtMs = lastSecondMs;
          shard.open.lastSequenceNumber = `${2n ** 185n + (second << 148n) + (BigInt(shardIndex) << 144n) + (second << 36n) + (BigInt(shardIndex) << 4n) + 2n}`;
        }
      },
    ],
  ];
  it.each(reshardDamages)('refuses a reshard with %s', (_, damage) => {
    const draft = pending();
    expect(restoreStream(draft).ok).toBe(true);
    damage(draft);
    expect(faultOf(restoreStream(draft))).toMatch(/^InvalidSnapshot: \S/);
  });

  const noStep = 'steps[0] must be the split of a shard or the merge of two';
  const notOpen = 'parentShardIndexes must name shards that are open then: got';
  const plus5 = (text: string) => `${BigInt(text) + 5n}`;
  const reshardFlaws: [string, (step: Draft, pending: Draft) => void, message: string][] = [
    ['no parents', (step) => (step.parentShardIndexes = []), noStep],
    [
      'no parents and three children',
      (step, pending) => {
        pending.steps = [step];
        step.parentShardIndexes = [];
        step.children.push({ ...step.children[1], shardIndex: 6 });
      },
      noStep,
    ],
    [
      'no parents and three children side by side',
      (step, pending) => {
        pending.steps = [step];
        step.parentShardIndexes = [];
        const [{ startingHashKey, endingHashKey }] = step.children;
        step.children[0].endingHashKey = startingHashKey;
        step.children.splice(1, 0, { shardIndex: 5, startingHashKey, endingHashKey });
        step.children[1].startingHashKey = `${BigInt(startingHashKey) + 1n}`;
        step.children[2].shardIndex = 6;
      },
      noStep,
    ],
    [
      'three parents and no child',
      (step) => Object.assign(step, { parentShardIndexes: [0, 1, 2], children: [] }),
      noStep,
    ],
    [
      'three parents that are not neighbours and no child',
      (step, pending) => {
        pending.steps = [Object.assign(step, { parentShardIndexes: [0, 2, 3], children: [] })];
      },
      noStep,
    ],
    [
      'a parent that does not exist',
      (step) => (step.parentShardIndexes = [77]),
      `steps[0].${notOpen} 77`,
    ],
    [
      'a parent that is not an index',
      (step) => (step.parentShardIndexes = ['1']),
      `steps[0].${notOpen} the string '1'`,
    ],
    [
      'a parent twice',
      (_, pending) => (pending.steps[1].parentShardIndexes = [0, 0]),
      `steps[1].${notOpen} 0`,
    ],
    [
      'a gap between the children',
      ({ children: [, upper] }) => (upper.startingHashKey = plus5(upper.startingHashKey)),
      noStep,
    ],
    [
      'a gap before the children',
      ({ children: [lower] }) => (lower.startingHashKey = plus5(lower.startingHashKey)),
      noStep,
    ],
    [
      'a gap before the child of a merge',
      (_, { steps: [, { children }] }) => (children[0].startingHashKey = '1'),
      noStep.replace('0', '1'),
    ],
    [
      'children with the same index',
      ({ children: [, upper] }) => (upper.shardIndex = 4),
      'steps[0].children[1].shardIndex must be an integer from 5 to 2147483647: got 4',
    ],
    [
      'a child with too high an index',
      (_, { steps }) => (steps.at(-1).children[0].shardIndex = 2 ** 31),
      'steps[4].children[0].shardIndex must be an integer from 10 to 2147483647: got 2147483648',
    ],
  ];
  it.each(reshardFlaws)('names the place of a reshard with %s', (_, damage, message) => {
    const draft = pending();
    expect(restoreStream(draft).ok).toBe(true);
    damage(draft.pending.steps[0], draft.pending);
    expect(faultOf(restoreStream(draft))).toBe(`InvalidSnapshot: snapshot.pending.${message}`);
  });

  it.each([undefined, null, 0, '', 'snapshot', [], () => 0, Symbol('s'), 1n, new Map()])(
    'refuses %s',
    (value) => {
      expect(faultOf(restoreStream(value))).toMatch(/^InvalidSnapshot: \S/);
    },
  );
});
