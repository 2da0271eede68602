import { describe, expect, it } from 'vitest';
import { type Linked, LinkedList } from '../../../src/producer/linked-list.ts';

class Item implements Linked<Item> {
  readonly value: number;
  list: LinkedList<Item> | undefined = undefined;
  previous: Item | undefined = undefined;
  next: Item | undefined = undefined;

  constructor(value: number) {
    this.value = value;
  }
}

function valuesOf(list: LinkedList<Item>): number[] {
  const forward: number[] = [];
  for (let item = list.first; item !== undefined; item = item.next) {
    expect(item.list).toBe(list);
    forward.push(item.value);
  }
  const backward: number[] = [];
  for (let item = list.last; item !== undefined; item = item.previous) backward.unshift(item.value);
  expect(backward).toEqual(forward);
  return forward;
}

describe('LinkedList', () => {
  it('keeps the order of what was added', () => {
    const list = new LinkedList<Item>();
    for (const value of [0, 1, 2]) list.push(new Item(value));
    expect(valuesOf(list)).toEqual([0, 1, 2]);
  });

  it.each([0, 1, 2])('removes the value at %i, which may go to another list', (at) => {
    const list = new LinkedList<Item>();
    const items = [0, 1, 2].map((value) => new Item(value));
    for (const item of items) list.push(item);
    list.remove(items[at]!);
    expect(valuesOf(list)).toEqual([0, 1, 2].filter((value) => value !== at));
    expect(items[at]).toMatchObject({ list: undefined, next: undefined, previous: undefined });
    const other = new LinkedList<Item>();
    other.push(items[at]!);
    expect(valuesOf(other)).toEqual([at]);
  });
});
