import { describe, expect, it } from 'vitest';
import { iterate, readList } from '../../../src/base/lists.ts';

function collect(value: unknown): unknown[] {
  return [...iterate(value, 'shards must be a list')];
}

/** An array whose own members replace those that all arrays inherit. */
function disguised(): unknown[] {
  const list = ['a', 'b'];
  const trap = () => {
    throw new Error('called');
  };
  for (const name of ['map', 'entries', 'forEach', Symbol.iterator]) {
    Object.defineProperty(list, name, { value: trap });
  }
  return list;
}

describe('readList', () => {
  const read = (value: unknown, lengthMax?: number) =>
    readList(value, { title: 'list', lengthMax }, (member, title) => `${title}=${member}`);

  it('reads the length and each member once, in order, and none of its other members', () => {
    const names: PropertyKey[] = [];
    const list = new Proxy(disguised(), {
      get: (target, name) => {
        names.push(name);
        return Reflect.get(target, name);
      },
    });
    expect(read(list)).toEqual(['list[0]=a', 'list[1]=b']);
    expect(names).toEqual(['length', '0', '1']);
  });

  it('reads a hole as undefined', () => {
    expect(read(new Array(2))).toEqual(['list[0]=undefined', 'list[1]=undefined']);
  });

  it('refuses too many members before it reads any', () => {
    expect(read(['a'], 1)).toEqual(['list[0]=a']);
    expect(() => read(new Array(2 ** 32 - 1), 5)).toThrow(
      new RangeError('list must have at most 5 members: got 4294967295'),
    );
  });

  it.each([undefined, null, 'ab', 5, Symbol('s'), {}, { length: 2 }, new Uint8Array(2)])(
    'refuses %o',
    (value) => {
      expect(() => read(value)).toThrow(/^list must be an array: got /);
    },
  );
});

describe('iterate', () => {
  it('gives the members of an array by index, and of any other iterable', () => {
    expect(collect(disguised())).toEqual(['a', 'b']);
    expect(collect(new Array(2))).toEqual([undefined, undefined]);
    expect(collect(new Set(['a', 'b']))).toEqual(['a', 'b']);
    expect(collect(new Map([['a', 1]]).values())).toEqual([1]);
  });

  const iterating = (iterator: unknown) => ({ [Symbol.iterator]: () => iterator });
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['ab', "the string 'ab'"],
    [Symbol('s'), 'symbol'],
    [{}, 'an object'],
    [{ [Symbol.iterator]: 5 }, 'an object'],
    [iterating(5), 'an object'],
    [iterating(null), 'an object'],
    [iterating({}), 'an object'],
    [iterating({ next: 5 }), 'an object'],
    [iterating({ next: () => 5 }), 'an object'],
    [iterating({ next: () => null }), 'an object'],
  ])('refuses %o', (value, got) => {
    expect(() => collect(value)).toThrow(new TypeError(`shards must be a list: got ${got}`));
  });

  it('lets an error of the iterator pass through, and does not close the iterator', () => {
    const own = new RangeError('mine');
    const events: string[] = [];
    const iterator = {
      next: () => {
        events.push('next');
        if (events.length < 3) return { value: 1 };
        throw own;
      },
      return: () => events.push('return'),
    };
    expect(() => collect(iterating(iterator))).toThrow(own);
    expect(events).toEqual(['next', 'next', 'next']);
  });

  it('closes an iterator that is left early, and only then', () => {
    const events: string[] = [];
    function* numbers(): Generator<number> {
      try {
        yield 1;
        yield 2;
      } finally {
        events.push('closed');
      }
    }
    for (const value of iterate(numbers(), 'shards')) if (value === 1) break;
    expect(events).toEqual(['closed']);
    const endless = iterating({ next: () => ({ value: 1 }) });
    for (const value of iterate(endless, 'shards')) if (value === 1) break;
    let returned = 0;
    const ended = iterating({ next: () => ({ done: true }), return: () => returned++ });
    expect(collect(ended)).toEqual([]);
    expect(returned).toBe(0);
  });
});
