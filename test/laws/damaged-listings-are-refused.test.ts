/** A valid listing with one damaged shard is refused, with a message that names a shard. */

import fc from 'fast-check';
import { type AwsShard, createShardMap, HASH_KEY_MAX } from 'shardline';
import { describe, expect, it } from 'vitest';
import { type Listing, listings } from '../support/arbitraries.ts';

type Damage = (target: AwsShard, listing: Listing) => AwsShard[] | undefined;

/** Returns the shards of a listing with one of them replaced. */
function replace({ shards }: Listing, target: AwsShard, ...by: AwsShard[]): AwsShard[] {
  return shards.flatMap((shard) => (shard === target ? by : [shard]));
}

function withRange(start: bigint | string | undefined, end: bigint | string | undefined): Damage {
  return (target, listing) =>
    replace(listing, target, {
      ...target,
      HashKeyRange: {
        StartingHashKey: start === undefined ? undefined : `${start}`,
        EndingHashKey: end === undefined ? undefined : `${end}`,
      },
    });
}

/** Returns a damage that depends on the ends of the shard's range. */
function ends(damage: (start: bigint, end: bigint) => Damage | undefined): Damage {
  return (target, listing) => {
    const { StartingHashKey, EndingHashKey } = target.HashKeyRange!;
    return damage(BigInt(StartingHashKey!), BigInt(EndingHashKey!))?.(target, listing);
  };
}

function isClosed(shard: AwsShard): boolean {
  return shard.SequenceNumberRange?.EndingSequenceNumber !== undefined;
}

/** Damages to one open shard of a listing. They return undefined if they do not fit the shard. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  'is left out': (target, listing) => replace(listing, target),
  'is closed': (target, listing) =>
    replace(listing, target, {
      ...target,
      SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' },
    }),
  'is listed twice': (target, listing) => replace(listing, target, target, { ...target }),
  'is listed again under another id': (target, listing) =>
    replace(listing, target, target, { ...target, ShardId: 'shardId-000000009999' }),
  'has the id of another': (target, listing) => {
    const other = listing.shards.find((shard) => shard !== target);
    return other && replace(listing, target, { ...target, ShardId: other.ShardId });
  },
  'starts one key later': ends((start, end) => withRange(start + 1n, end)),
  'starts one key earlier': ends((start, end) => withRange(start - 1n, end)),
  'ends one key earlier': ends((start, end) => withRange(start, end - 1n)),
  'ends one key later': ends((start, end) => withRange(start, end + 1n)),
  'is inverted': ends((start, end) => (start < end ? withRange(end, start) : undefined)),
  'holds every hash key': ends((start, end) =>
    start === 0n && end === HASH_KEY_MAX ? undefined : withRange(0n, HASH_KEY_MAX),
  ),
  'has a blank before its start': ends((start, end) => withRange(` ${start}`, end)),
  'has a leading zero in its end': ends((start, end) => withRange(start, `0${end}`)),
  'has a hexadecimal end': ends((start, end) => withRange(start, `0x${end.toString(16)}`)),
  'has no start': ends((_, end) => withRange(undefined, end)),
  'has no end': ends((start) => withRange(start, undefined)),
  'has no range': (target, listing) =>
    replace(listing, target, { ...target, HashKeyRange: undefined }),
  'has no id': (target, listing) => replace(listing, target, { ...target, ShardId: undefined }),
  'has a short id': (target, listing) =>
    replace(listing, target, { ...target, ShardId: `shardId-${+target.ShardId!.slice(8)}` }),
  'has an id beyond 31 bits': (target, listing) =>
    replace(listing, target, { ...target, ShardId: 'shardId-002147483648' }),
};

const cases = listings.chain((listing) =>
  fc.tuple(fc.constant(listing), fc.constantFrom(...listing.open)),
);

describe('createShardMap refuses a listing if one open shard', () => {
  it.each(Object.entries(DAMAGES))('%s', (_, damage) => {
    let damaged = 0;
    fc.assert(
      fc.property(cases, ([listing, target]) => {
        const shards = damage(target, listing);
        if (shards === undefined) return;
        damaged++;
        const result = createShardMap(shards);
        expect(result).toMatchObject({ ok: false, fault: { code: 'InvalidShardMap' } });
        if (!result.ok && shards.some((shard) => !isClosed(shard))) {
          expect(result.fault.message).toMatch(/shardId-\d{12}|Shard \d+ of the listing/);
        }
      }),
    );
    expect(damaged).toBeGreaterThan(0);
  });
});

describe('createShardMap refuses a listing', () => {
  it('if a closed shard is open again', () => {
    fc.assert(
      fc.property(listings, (listing) => {
        for (const shard of listing.shards.filter(isClosed)) {
          const { SequenceNumberRange: _, ...reopened } = shard;
          expect(createShardMap(replace(listing, shard, reopened))).toMatchObject({
            ok: false,
            fault: { code: 'InvalidShardMap', message: expect.stringMatching(/ overlap: /) },
          });
        }
      }),
    );
  });

  it('if all shards are closed', () => {
    fc.assert(
      fc.property(listings, ({ shards }) => {
        const SequenceNumberRange = { StartingSequenceNumber: '1', EndingSequenceNumber: '2' };
        const closed = shards.map((shard) => ({ ...shard, SequenceNumberRange }));
        expect(createShardMap(closed)).toMatchObject({
          ok: false,
          fault: { code: 'InvalidShardMap', message: expect.stringMatching(/^No shard is open/) },
        });
      }),
    );
  });
});
