import { describe, expect, it } from 'vitest';
import { ListingWish } from '../../../src/producer/listing-wish.ts';

const NEVER = Number.POSITIVE_INFINITY;

describe('ListingWish', () => {
  it('asks once for a wanted listing', () => {
    const wish = new ListingWish();
    expect(wish.atMs).toBe(NEVER);
    wish.want();
    expect(wish.atMs).toBe(0);
    wish.start();
    wish.want();
    expect(wish.atMs).toBe(NEVER);
    wish.succeed();
    expect(wish.atMs).toBe(NEVER);
  });

  it('asks again after a pause that grows with each failure', () => {
    const wish = new ListingWish();
    wish.want();
    let now = 5;
    for (const length of [1000, 1500, 2250]) {
      wish.start();
      wish.fail(now);
      expect(wish.atMs - now).toBe(length);
      now = wish.atMs;
    }
  });

  it('asks at once after a success, and then pauses as at first', () => {
    const wish = new ListingWish();
    wish.want();
    wish.start();
    wish.fail(5);
    // A map that comes unasked.
    wish.succeed();
    expect(wish.atMs).toBe(NEVER);
    wish.want();
    expect(wish.atMs).toBeLessThanOrEqual(6);
    wish.start();
    wish.fail(6);
    expect(wish.atMs).toBe(1006);
  });

  it('wants no listing after a failure of one that it did not ask for', () => {
    const wish = new ListingWish();
    wish.fail(5);
    expect(wish.atMs).toBe(NEVER);
    wish.want();
    expect(wish.atMs).toBe(1005);
  });
});
