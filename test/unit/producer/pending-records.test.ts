/** The columns of pending records, against an object per record. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HELD, PendingRecords, READY, SENT } from '../../../src/producer/pending-records.ts';
import { NONE, SlotCursor, SlotList } from '../../../src/producer/slot-list.ts';

const LANES = 3;
const trouble = { verdict: 'retry', mayBeStored: true, code: 'code', message: '' } as const;

function membersOf(i: number) {
  return {
    data: new Uint8Array(i % 5),
    key: `key-${i}`,
    hashKey: i % 3 === 0 ? `${i}` : undefined,
    dataBytes: i % 5,
    bytes: (i % 5) + 7,
    addedAtMs: i * 2,
    lane: i % LANES,
  };
}

function slotsOf(records: PendingRecords, list: SlotList): number[] {
  const slots: number[] = [];
  for (let slot = list.first; slot !== NONE; slot = records.next(slot)) slots.push(slot);
  expect(list.last).toBe(slots.at(-1) ?? NONE);
  return slots;
}

type Step = { readonly add: number } | { readonly end: number } | { readonly leave: number };

describe('PendingRecords', () => {
  it('agrees with objects, whatever is added and ended', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 80 }) }) },
      { weight: 3, arbitrary: fc.record({ end: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat(LANES - 1) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const records = new PendingRecords();
        const cursors = Array.from({ length: LANES }, () => new SlotCursor());
        const twin = new Map<number, { id: number; members: ReturnType<typeof membersOf> }>();
        let id = 0;
        for (const one of steps) {
          if ('add' in one) {
            for (let i = 0; i < one.add; i++, id++) {
              const members = membersOf(id);
              const slot = records.add(members, cursors[members.lane]!);
              expect(twin.has(slot)).toBe(false);
              twin.set(slot, { id, members });
            }
          } else if ('leave' in one) {
            records.leave(cursors[one.leave]!);
          } else {
            // Every fifth one, from somewhere on.
            const slots = [...twin.keys()].filter((_, i) => i % 5 === one.end % 5);
            for (const slot of slots) {
              records.end(slot);
              records.release(slot);
              twin.delete(slot);
            }
          }
          expect(records.count).toBe(twin.size);
        }
        const bytes = [...twin.values()].map(({ members }) => members.bytes);
        expect(records.totalBytes).toBe(bytes.reduce((a, b) => a + b, 0));
        const byId = [...twin].sort(([, a], [, b]) => a.id - b.id);
        expect(records.list()).toEqual(byId.map(([slot]) => slot));
        for (const [slot, { id: expected, members }] of twin) {
          expect(records.idOf(slot)).toBe(expected);
          expect(records.placeOf(slot)).toBe(HELD);
          expect({
            data: records.dataOf(slot),
            key: records.keyOf(slot),
            hashKey: records.hashKeyOf(slot),
            dataBytes: records.dataBytesOf(slot),
            bytes: records.bytesOf(slot),
            addedAtMs: records.addedAtMsOf(slot),
            lane: records.laneOf(slot),
          }).toEqual(members);
          expect(records.troubleOf(slot)).toBe(undefined);
          expect(records.isMaybeStored(slot)).toBe(false);
        }
      }),
    );
  });

  it('forgets what was in a slot before', () => {
    const records = new PendingRecords();
    const cursor = new SlotCursor();
    // One record keeps the slots from starting again.
    records.add(membersOf(0), cursor);
    const slots = Array.from({ length: 100 }, (_, i) => records.add(membersOf(3 * i), cursor));
    for (const slot of slots) {
      records.setPlace(slot, SENT);
      records.setTrouble(slot, trouble);
      expect(records.troubleOf(slot)).toBe(trouble);
      expect([records.isMaybeStored(slot), records.placeOf(slot)]).toEqual([true, SENT]);
      records.end(slot);
      records.release(slot);
    }
    const again = Array.from({ length: 100 }, () => records.add(membersOf(1), cursor));
    expect(again.some((slot) => slots.includes(slot))).toBe(true);
    for (const slot of again) {
      expect([records.hashKeyOf(slot), records.troubleOf(slot)]).toEqual([undefined, undefined]);
      expect([records.isMaybeStored(slot), records.placeOf(slot)]).toEqual([false, HELD]);
    }
  });

  it('puts the records of a lane side by side', () => {
    const records = new PendingRecords();
    const cursors = [new SlotCursor(), new SlotCursor()];
    const slots = Array.from({ length: 20 }, (_, i) => records.add(membersOf(i), cursors[i % 2]!));
    const even = slots.filter((_, i) => i % 2 === 0);
    expect(even).toEqual(even.map((_, i) => even[0]! + i));
  });

  it('counts ids on after it was cleared', () => {
    const records = new PendingRecords();
    const cursor = new SlotCursor();
    for (let i = 0; i < 3; i++) records.add(membersOf(i), cursor);
    records.clear();
    expect([records.count, records.totalBytes, records.list()]).toEqual([0, 0, []]);
    const slot = records.add(membersOf(3), cursor);
    expect(records.idOf(slot)).toBe(3);
    expect(records.list()).toEqual([slot]);
  });

  it('takes and ends 100,000 records again and again', () => {
    const records = new PendingRecords();
    const cursor = new SlotCursor();
    for (const count of [100_000, 100_000, 1, 100_000]) {
      const slots = Array.from({ length: count }, () => records.add(membersOf(1), cursor));
      expect(new Set(slots).size).toBe(count);
      expect(records.oldestTimely).toBe(slots[0]);
      for (const slot of slots) {
        records.end(slot);
        records.release(slot);
      }
      expect([records.count, records.oldestTimely]).toEqual([0, NONE]);
    }
  });

  it('keeps ids that are not small integers', () => {
    const records = new PendingRecords();
    const slot = records.add(membersOf(0), new SlotCursor());
    expect(Object.is(records.idOf(slot), 0)).toBe(true);
  });
});

describe('the lists of PendingRecords', () => {
  const records = new PendingRecords();
  const cursor = new SlotCursor();
  const add = (): number => records.add(membersOf(0), cursor);

  it('keep their order', () => {
    const list = new SlotList();
    const [a, b, c] = [add(), add(), add()];
    records.push(list, b);
    records.push(list, c);
    records.unshift(list, a);
    expect(slotsOf(records, list)).toEqual([a, b, c]);
    records.setPlace(a, READY);
    expect(records.placeOf(a)).toBe(READY);
  });

  it.each([0, 1, 2])('lose the record at %i, which may go to another list', (at) => {
    const list = new SlotList();
    const slots = [add(), add(), add()];
    for (const slot of slots) records.push(list, slot);
    records.remove(list, slots[at]!);
    expect(slotsOf(records, list)).toEqual(slots.filter((_, i) => i !== at));
    const other = new SlotList();
    records.unshift(other, slots[at]!);
    expect(slotsOf(records, other)).toEqual([slots[at]]);
  });

  it.each([0, 1, 2])('lose the records up to %i', (at) => {
    const list = new SlotList();
    const slots = [add(), add(), add()];
    for (const slot of slots) records.push(list, slot);
    records.removeThrough(list, slots[at]!);
    expect(slotsOf(records, list)).toEqual(slots.slice(at + 1));
    if (at < 2) records.remove(list, slots[at + 1]!);
    expect(slotsOf(records, list)).toEqual(slots.slice(at + 2));
  });
});
