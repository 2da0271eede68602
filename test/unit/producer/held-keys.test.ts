import { describe, expect, it } from 'vitest';
import { HeldKeys } from '../../../src/producer/held-keys.ts';
import { HELD, PendingRecords, READY } from '../../../src/producer/pending-records.ts';
import { NONE, SlotCursor } from '../../../src/producer/slot-list.ts';

const data = new Uint8Array(1);

/** Held keys, and records of the keys `a`, `b` and so on, which are ready unless held back. */
function setUp(keys: string) {
  const records = new PendingRecords();
  const held = new HeldKeys(records);
  const cursor = new SlotCursor();
  const slots = [...keys].map((key) => {
    const members = { data, key, hashKey: undefined, dataBytes: 1, bytes: 2 };
    return records.add({ ...members, addedAtMs: 0, lane: 0 }, cursor);
  });
  for (const slot of slots) records.setPlace(slot, READY);
  return { records, held, slots };
}

describe('HeldKeys', () => {
  it('holds each record but the first of its key', () => {
    const { records, held, slots } = setUp('abaab');
    expect(slots.map((slot) => held.hold(slot))).toEqual([false, false, true, true, true]);
    expect(slots.map((slot) => records.placeOf(slot))).toEqual([READY, READY, HELD, HELD, HELD]);
  });

  it('gives the records of a key back in their order', () => {
    const { held, slots } = setUp('abaaa');
    for (const slot of slots) held.hold(slot);
    const [a0, b0, a1, a2, a3] = slots as [number, number, number, number, number];
    expect(held.takeNext(a0)).toBe(a1);
    expect(held.takeNext(b0)).toBe(NONE);
    held.remove(a2);
    expect(held.takeNext(a1)).toBe(a3);
    expect(held.takeNext(a3)).toBe(NONE);
  });

  it.each(['a', 'aa'])('forgets a key with its last record, after %s', (keys) => {
    const { held, slots } = setUp(`${keys}aa`);
    const before = slots.slice(0, keys.length);
    for (const slot of before) held.hold(slot);
    for (const slot of before) held.takeNext(slot);
    expect(held.hold(slots.at(-2)!)).toBe(false);
    expect(held.hold(slots.at(-1)!)).toBe(true);
  });

  it('forgets all keys when cleared', () => {
    const { held, slots } = setUp('aa');
    held.hold(slots[0]!);
    held.clear();
    expect(held.hold(slots[1]!)).toBe(false);
  });
});
