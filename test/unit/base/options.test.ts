import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../src/base/options.ts';

interface Options {
  readonly throughput?: string | undefined;
  readonly shardLimit?: number | undefined;
  readonly region?: string | undefined;
}

const NAMES = ['throughput', 'shardLimit', 'region'] as const;

function read(options: unknown): Options {
  return readOptions(options as Options, NAMES, 'options');
}

describe('readOptions', () => {
  it('returns every option, read once', () => {
    const reads: PropertyKey[] = [];
    const options = new Proxy<Options>(
      { throughput: 'unlimited', shardLimit: 3 },
      {
        get: (target, name) => {
          reads.push(name);
          return Reflect.get(target, name);
        },
      },
    );
    expect(read(options)).toEqual({ throughput: 'unlimited', shardLimit: 3, region: undefined });
    expect(reads).toEqual(NAMES);
  });

  it('reads members that the options inherit', () => {
    class Inherited {
      get throughput(): string {
        return 'unlimited';
      }
      get unknown(): number {
        return 1;
      }
    }
    expect(read(new Inherited()).throughput).toBe('unlimited');
  });

  it.each(['throughtput', 'THROUGHPUT', '', '__proto__'])("refuses '%s'", (given) => {
    expect(() => read(Object.fromEntries([[given, undefined]]))).toThrow(
      new TypeError(
        `options must have only the options throughput, shardLimit, region: got '${given}'`,
      ),
    );
  });

  it('refuses a long name quickly, with a short message', () => {
    const start = performance.now();
    expect(() => read({ ['x'.repeat(1_000_000)]: 1 })).toThrow(
      /^options must have only the options throughput, shardLimit, region: got 'x{64}\.\.\.' \(1000000 characters\)/,
    );
    expect(performance.now() - start).toBeLessThan(500);
  });

  it.each([undefined, null, 'text', []])('refuses %o', (options) => {
    expect(() => read(options)).toThrow(/^options must be an object: got /);
  });
});
