import { describe, expect, it } from 'vitest';
import { Link, LinkedList } from '../../../src/producer/linked-list.ts';

function valuesOf<T>(list: LinkedList<T>): T[] {
  const forward: T[] = [];
  for (let link = list.first; link !== undefined; link = link.next) {
    expect(link.list).toBe(list);
    forward.push(link.value);
  }
  const backward: T[] = [];
  for (let link = list.last; link !== undefined; link = link.previous) backward.unshift(link.value);
  expect(backward).toEqual(forward);
  return forward;
}

describe('LinkedList', () => {
  it('keeps the order of its ends', () => {
    const list = new LinkedList<number>();
    for (const value of [1, 2]) list.push(new Link(value));
    list.unshift(new Link(0));
    expect(valuesOf(list)).toEqual([0, 1, 2]);
  });

  it.each([0, 1, 2])('removes the link at %i, which may go to another list', (at) => {
    const list = new LinkedList<number>();
    const links = [0, 1, 2].map((value) => new Link(value));
    for (const link of links) list.push(link);
    list.remove(links[at]!);
    expect(valuesOf(list)).toEqual([0, 1, 2].filter((value) => value !== at));
    expect(links[at]).toMatchObject({ list: undefined, next: undefined, previous: undefined });
    const other = new LinkedList<number>();
    other.unshift(links[at]!);
    expect(valuesOf(other)).toEqual([at]);
  });
});
