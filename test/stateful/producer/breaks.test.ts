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
const ONCE = 'nothing is stored twice unless an answer was lost';
const PROGRESS = 'progress: nothing stays pending once the service answers';
const WAKING = 'a producer wakes when it said, not before';
const LISTING = 'one listing at a time, and none without a change';
const PENDING = 'pending counts what has no result';
const THROWS = 'nothing throws';

const MACHINE = 'producer-machine.ts';

const BREAKS: readonly Break[] = [
  {
    name: 'a refused record goes to the end of its lane',
    file: MACHINE,
    find: 'else lane.ready.unshift(record)',
    replace: 'else lane.ready.push(record)',
    laws: [ORDER],
  },
  {
    name: 'the records of an aggregate are sent again in reverse',
    file: MACHINE,
    find: 'for (let i = parcel.records.length - 1; i >= 0; i--) {',
    replace: 'for (let i = 0; i < parcel.records.length; i++) {',
    laws: [ORDER],
  },
  {
    name: 'a lane sends its next aggregate before the last one is settled',
    file: MACHINE,
    find: '(this.#isSerial && lane.parcels > 0)',
    replace: 'false',
    laws: [ORDER],
  },
  {
    name: 'a key sends its next record before the last one is settled',
    file: MACHINE,
    find: 'if (!this.#isHeldPerKey) return false;',
    replace: 'return false;',
    laws: [ORDER],
  },
  {
    name: 'lanes move before the parcels of the old map are settled',
    file: MACHINE,
    find: 'if (this.#isSerial && this.#requests.size + this.#doubts.size > 0) return;',
    replace: '',
    laws: [ORDER],
  },
  {
    name: 'an aggregate counts as stored wherever it is',
    file: MACHINE,
    find: '!parcel.isAggregate || isAnswered(',
    replace: 'true || isAnswered(',
    laws: [VISIBILITY],
  },
  {
    name: 'an aggregate counts as stored if its first record belongs to the shard',
    file: MACHINE,
    find: 'parcel.records.every((record) =>',
    replace: 'parcel.records.slice(0, 1).every((record) =>',
    laws: [VISIBILITY],
  },
  {
    name: 'an aggregate in an unknown shard is sent again at once',
    file: MACHINE,
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
    name: 'a lost answer means that nothing was stored',
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
    file: MACHINE,
    find: 'if (isHead && this.#isHeldPerKey) this.#releaseFollower(record, now);',
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
    file: MACHINE,
    find: 'lane.isBlocked = false;',
    replace: '',
    laws: [PROGRESS],
  },
  {
    name: 'a request is sent a millisecond early',
    file: MACHINE,
    find: 'this.#lingerFromMs + this.#config.lingerMs <= now',
    replace: 'this.#lingerFromMs + this.#config.lingerMs <= now + 1',
    laws: [WAKING],
  },
  {
    name: 'listings are wanted while one is under way',
    file: MACHINE,
    find: 'this.#isListing = true;',
    replace: '',
    laws: [LISTING, WAKING],
  },
  {
    name: 'an answer to what was sent before the listing counts as news',
    file: MACHINE,
    find: 'sentAtMs > this.#listedAtMs',
    replace: 'true',
    laws: [LISTING],
  },
  {
    name: 'bytes of a record stay pending',
    file: MACHINE,
    find: 'this.#pendingBytes -= record.bytes;',
    replace: '',
    laws: [PENDING],
  },
  {
    name: 'an answer that comes again counts again',
    file: MACHINE,
    find: 'this.#requests.delete(requestId);',
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
