/**
 * Breaks the producer on purpose, one expression at a time: the simulation must notice.
 *
 * When a source file changes, adjust `file` and `find` in the table. `find` must occur exactly once
 * in its file.
 */

import { describe, expect, it } from 'vitest';
import { bundleWith } from '../../support/bundle-with-break.ts';
import { firstOperations } from './generator.ts';
import { LAWS, type Law } from './laws.ts';
import { simulate } from './simulation.ts';
import type { Library } from './world.ts';

interface Break {
  readonly name: string;
  /** Below src/producer. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The laws of which one is broken first. */
  readonly laws: readonly Law[];
}

const CONSERVATION = 'conservation: a record ends exactly once, and is not sent after that';
const LEGALITY = 'legality: the service takes every request';
const ORDER = 'order: the numbers of a key rise in the order in which its records were added';
const VISIBILITY = 'visibility: what is reported stored is what consumers see';
const ONCE = 'nothing is stored twice unless a response was lost';
const PROGRESS = 'progress: nothing stays pending once the service responds';
const WAKING = 'a producer wakes when it said, not before';
const LISTING = 'one listing at a time, and none without a change';
const PENDING = 'pending counts what has no result';
const THROWS = 'nothing throws';

const MACHINE = 'producer-machine.ts';
const PARCELS = 'parcels.ts';
const SCHEDULE = 'schedule.ts';

const BREAKS: readonly Break[] = [
  {
    name: 'a refused record goes to the end of its lane',
    file: SCHEDULE,
    find: 'records.unshift(lane.ready, slot)',
    replace: 'records.push(lane.ready, slot)',
    laws: [ORDER],
  },
  {
    name: 'the records of an aggregate are sent again in reverse',
    file: PARCELS,
    find: 'for (let i = slots.length - 1; i >= 0; i--) {',
    replace: 'for (let i = 0; i < slots.length; i++) {',
    laws: [ORDER],
  },
  {
    name: 'a lane sends its next aggregate before the last one is settled',
    file: SCHEDULE,
    find: '(this.#isSerial && lane.parcels > 0)',
    replace: 'false',
    laws: [ORDER],
  },
  {
    name: 'a key sends its next record before the last one is settled',
    file: MACHINE,
    find: 'config.isOrdered && !config.isAggregating && !config.isAuto',
    replace: 'false',
    laws: [ORDER],
  },
  {
    name: 'lanes move before the parcels of the old map are settled',
    file: MACHINE,
    find: 'if (isAggregating && isOrdered && !this.#parcels.areSettled) return;',
    replace: '',
    laws: [ORDER],
  },
  {
    name: 'an aggregate counts as stored wherever it is',
    file: PARCELS,
    find: '!parcel.isAggregate || isPlacedIn(',
    replace: 'true || isPlacedIn(',
    laws: [VISIBILITY],
  },
  {
    name: 'an aggregate counts as stored if its first record belongs to the shard',
    file: PARCELS,
    find: 'parcel.slots.every(',
    replace: 'parcel.slots.slice(0, 1).every(',
    laws: [VISIBILITY],
  },
  {
    name: 'an aggregate in an unknown shard is sent again at once',
    file: PARCELS,
    find: '++doubt.unknowingMaps < UNKNOWING_MAPS_MAX',
    replace: '++doubt.unknowingMaps < 0',
    laws: [ONCE],
  },
  {
    name: 'a stream that was created again with the same ids goes unnoticed',
    file: 'placement.ts',
    find: 'return numbers[0] <= sequenceNumber && sequenceNumber < numbers[1];',
    replace: 'return true;',
    laws: [VISIBILITY, ONCE],
  },
  {
    name: 'a lost response means that nothing was stored',
    file: 'read-outcome.ts',
    find: 'mayBeStored: verdict === undefined',
    replace: 'mayBeStored: false',
    laws: [VISIBILITY],
  },
  {
    name: 'a request has a record too many',
    file: 'plan-requests.ts',
    find: 'this.records < REQUEST_RECORDS_MAX',
    replace: 'this.records <= REQUEST_RECORDS_MAX',
    laws: [LEGALITY],
  },
  {
    name: 'the record behind one that ended is forgotten',
    file: 'record-results.ts',
    find: 'if (next !== NONE) this.#schedule.enqueue(next, now);',
    replace: '',
    laws: [PROGRESS],
  },
  {
    name: 'an entry without a shard counts as stored',
    file: 'read-outcome.ts',
    find: "typeof ShardId === 'string' && ",
    replace: '',
    laws: [VISIBILITY],
  },
  {
    name: 'a blocked lane is forgotten',
    file: SCHEDULE,
    find: 'lane.isBlocked = false;',
    replace: '',
    laws: [PROGRESS],
  },
  {
    name: 'a request is sent a millisecond early',
    file: SCHEDULE,
    find: 'this.#lingerUntilMs <= now',
    replace: 'this.#lingerUntilMs <= now + 1',
    laws: [WAKING],
  },
  {
    name: 'listings are wanted while one is under way',
    file: 'listing-wish.ts',
    find: 'this.#isUnderWay = true;',
    replace: '',
    laws: [LISTING, WAKING],
  },
  {
    name: 'a response to what was sent before the listing counts as news',
    file: PARCELS,
    find: 'parcel.sentAtMs > this.#topologies.listedAtMs',
    replace: 'true',
    laws: [LISTING],
  },
  {
    name: 'bytes of a record stay pending',
    file: 'pending-records.ts',
    find: 'this.totalBytes -= this.bytesOf(slot);',
    replace: '',
    laws: [PENDING],
  },
  {
    name: 'a slot is given to two records',
    file: 'pending-records.ts',
    find: 'this.#uses[cursor.next >> RUN_BITS]!++;',
    replace: '',
    laws: [CONSERVATION, THROWS, PENDING, VISIBILITY, PROGRESS],
  },
  {
    name: 'a response that comes again counts again',
    file: MACHINE,
    find: 'requests.delete(requestId);',
    replace: '',
    laws: [CONSERVATION, THROWS, PENDING, ONCE, VISIBILITY, PROGRESS],
  },
];

/** Runs of seeds that meet much early on, shorter ones first. */
const RUNS = [300, 1500].flatMap((count) =>
  [21, 22, 24, 25, 26, 48, 60].map((seed) => [...firstOperations(seed, count)]),
);

describe('the simulation notices a break', () => {
  it.each(BREAKS)('$name', async ({ file, find, replace, laws }) => {
    const library = await bundleWith<Library>('producer', `producer/${file}`, find, replace);
    let law: Law | undefined;
    for (const run of RUNS) {
      law = simulate(run, { library }).failure?.law;
      if (law !== undefined) break;
    }
    expect(laws).toContain(law ?? 'unnoticed');
  });

  it('of every law', () => {
    const broken = BREAKS.flatMap(({ laws }) => laws);
    expect(LAWS.filter((law) => !broken.includes(law))).toEqual([]);
  });
});
