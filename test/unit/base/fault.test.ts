import { type Fault, KinesisError, type Result, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { ok, refuse } from '../../../src/base/fault.ts';

describe('unwrap', () => {
  it('returns the value of a result', () => {
    expect(unwrap(ok(7))).toBe(7);
    expect(unwrap(ok(undefined))).toBeUndefined();
  });

  it('throws a TypeError for a value that is not a result', () => {
    const of = (result: unknown) => () => unwrap(result as Result<number>);
    expect(of(undefined)).toThrow(new TypeError('result must be an object: got undefined'));
    expect(of([1])).toThrow(new TypeError('result must be an object: got an array'));
    expect(of({ ok: false })).toThrow(
      new TypeError('result.fault must be an object: got undefined'),
    );
  });

  it('throws a fault as an error of the SDK', () => {
    const refusal = refuse('ResourceNotFoundException', 'Stream s not found.');
    let thrown: unknown;
    try {
      unwrap(refusal);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(KinesisError);
    expect(thrown).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Stream s not found.',
      $fault: 'client',
      $metadata: {},
    });
  });

  it('keeps the blame of a fault', () => {
    const fault = { code: 'InternalFailure', message: '', blame: 'server' } as const;
    expect(() => unwrap({ ok: false, fault })).toThrow(
      expect.objectContaining({ $fault: 'server' }),
    );
  });
});

describe('KinesisError', () => {
  const fault: Fault = { code: 'InternalFailure', message: '', blame: 'server' };
  it.each([
    [undefined, 'fault must be an object: got undefined'],
    [{ ...fault, code: undefined }, 'fault.code must be a string: got undefined'],
    [{ ...fault, code: Symbol('s') }, 'fault.code must be a string: got symbol'],
    [{ ...fault, message: 5 }, 'fault.message must be a string: got 5'],
    [{ ...fault, blame: undefined }, "fault.blame must be 'client' or 'server': got undefined"],
  ])('throws for %o', (value, message) => {
    const create = () => new KinesisError(value as never);
    expect(create).toThrow(message);
    if (value !== undefined) {
      const unwrapped = () => unwrap({ ok: false, fault: value as never });
      expect(unwrapped).toThrow(message);
    }
  });
});
