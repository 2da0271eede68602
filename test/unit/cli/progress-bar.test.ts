import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressBar } from '../../../src/cli/progress-bar.ts';

const CLEAR_LINE = '\r\x1b[K';

let written: string[];
let columns: number;

beforeEach(() => {
  written = [];
  ({ columns } = process.stderr);
  process.stderr.columns = 80;
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(`${text}`);
    return true;
  });
});

afterEach(() => {
  process.stderr.columns = columns;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets a bar live for some seconds and returns the line that its next update draws. */
function lineAfter(seconds: number, bytesRead: number, totalBytes: number | undefined): string {
  const bar = new ProgressBar({ isShown: true, totalBytes });
  vi.advanceTimersByTime(1000 * seconds);
  bar.update(bytesRead);
  return written.join('').replace(CLEAR_LINE, '');
}

describe('ProgressBar', () => {
  it('shows the share of the input and the time left at the rate so far', () => {
    expect(lineAfter(3, 12_500_000, 50_000_000)).toBe(
      `[${'='.repeat(10)}${'-'.repeat(30)}] 25 % of 50.0 MB, 9 s left`,
    );
  });

  it('shows the bytes read of an input of unknown length', () => {
    expect(lineAfter(2, 12_345_678, undefined)).toBe('12.3 MB read');
  });

  it.each([
    ['that has grown', 5],
    ['without a length of its own', 0],
  ])('shows a file %s as read to its end', (_, totalBytes) => {
    expect(lineAfter(2, 10, totalBytes)).toBe(`[${'='.repeat(40)}] 100 % of 0.0 MB, 0 s left`);
  });

  it('draws nothing in the first second', () => {
    const bar = new ProgressBar({ isShown: true, totalBytes: 100 });
    vi.advanceTimersByTime(999);
    bar.update(1);
    bar.clear();
    expect(written).toEqual([]);
  });

  it('draws nothing if it is not shown', () => {
    const bar = new ProgressBar({ isShown: false, totalBytes: 100 });
    vi.advanceTimersByTime(5000);
    bar.update(1);
    bar.clear();
    expect(written).toEqual([]);
  });

  it('draws at most ten times per second', () => {
    const bar = new ProgressBar({ isShown: true, totalBytes: 100 });
    vi.advanceTimersByTime(1000);
    for (let i = 0; i < 1000; i++) {
      bar.update(i);
      vi.advanceTimersByTime(1);
    }
    expect(written).toHaveLength(10);
  });

  it('clears its line once, and draws it again', () => {
    const bar = new ProgressBar({ isShown: true, totalBytes: undefined });
    vi.advanceTimersByTime(1000);
    bar.update(1e6);
    bar.clear();
    bar.clear();
    vi.advanceTimersByTime(100);
    bar.update(2e6);
    expect(written).toEqual([`${CLEAR_LINE}1.0 MB read`, CLEAR_LINE, `${CLEAR_LINE}2.0 MB read`]);
  });

  it.each([
    [80, `[${'='.repeat(20)}${'-'.repeat(20)}] 50 % of 0.0 MB, 2 s left`],
    [40, '[======-------] 50 % of 0.0 MB, 2 s left'],
    [28, '[-] 50 % of 0.0 MB, 2 s left'],
    [27, '50 % of 0.0 MB, 2 s left'],
    [12, '50 % of 0.0 '],
    // Some pseudo-terminals say so.
    [0, `[${'='.repeat(20)}${'-'.repeat(20)}] 50 % of 0.0 MB, 2 s left`],
  ])('fits a terminal of %d columns', (width, line) => {
    process.stderr.columns = width;
    expect(lineAfter(2, 50, 100)).toBe(line);
  });
});
