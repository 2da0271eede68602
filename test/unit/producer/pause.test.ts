import { describe, expect, it } from 'vitest';
import {
  LISTING_PAUSE,
  lengthOfPause,
  RequestPause,
  SHARD_PAUSE,
} from '../../../src/producer/pause.ts';

const troubleOf = (verdict: 'retry' | 'throttled' | 'fatal') =>
  ({ verdict, mayBeStored: false, code: 'code', message: '' }) as const;

describe('lengthOfPause', () => {
  it.each([
    [SHARD_PAUSE, [50, 100, 200, 400, 800, 1000, 1000]],
    [LISTING_PAUSE, [1000, 1500, 2250, 3375, 5063, 7594, 11_391, 17_086, 25_629, 30_000, 30_000]],
  ])('grows up to a limit, case %#', (pause, lengths) => {
    expect(lengths.map((_, failures) => lengthOfPause(pause, failures))).toEqual(lengths);
  });

  it.each([
    [0, 1],
    [0.01, 1],
    [0.5, 25],
    [0.501, 26],
    [1, 50],
  ])('is a whole number of milliseconds from 1 on, with the jitter %f', (jitter, length) => {
    expect(lengthOfPause(SHARD_PAUSE, 0, jitter)).toBe(length);
  });

  it('is limited before the jitter', () => {
    expect(lengthOfPause(SHARD_PAUSE, 2000, 0.5)).toBe(500);
  });
});

describe('RequestPause', () => {
  it.each([
    ['retry', [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000]],
    ['throttled', [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]],
  ] as const)('grows with each failure to be followed by %s', (verdict, lengths) => {
    const pause = new RequestPause();
    expect(pause.untilMs).toBe(0);
    let now = 7;
    for (const length of lengths) {
      pause.fail(troubleOf(verdict), 1, now);
      expect(pause.untilMs - now).toBe(length);
      now = pause.untilMs;
    }
    pause.succeed();
    pause.fail(troubleOf(verdict), 0.5, now);
    expect(pause.untilMs - now).toBe(lengths[0] / 2);
  });

  it('does not grow with failures during the pause, or with fatal ones', () => {
    const pause = new RequestPause();
    pause.fail(troubleOf('fatal'), 1, 10);
    expect(pause.untilMs).toBe(0);
    pause.fail(troubleOf('retry'), 1, 10);
    pause.fail(troubleOf('throttled'), 1, 59);
    expect(pause.untilMs).toBe(60);
    pause.fail(troubleOf('retry'), 1, 60);
    expect(pause.untilMs).toBe(160);
  });
});
