/** Counts the work of a call on a text. A clock could only estimate it. */

import { vi } from 'vitest';
import * as intrinsics from '../../src/base/intrinsics.ts';

/**
 * Counts the UTF-16 units that a call passes to patterns, BigInt and Number, and one for each
 * look-up of a single character.
 */
export function unitsRead(call: () => void): number {
  const { exec } = RegExp.prototype;
  const { charCodeAt, codePointAt } = String.prototype;
  const { BigInt: toBigint, Number: toNumber } = globalThis;
  const { toBigint: toBigintOnce } = intrinsics;
  let units = 0;
  const counted = <T extends (value: never) => unknown>(convert: T): T =>
    new Proxy(convert, {
      apply: (target, self, values: [unknown]) => {
        if (typeof values[0] === 'string') units += values[0].length;
        return Reflect.apply(target, self, values);
      },
    });
  RegExp.prototype.exec = function (text) {
    units += text.length;
    return exec.call(this, text);
  };
  String.prototype.charCodeAt = function (at) {
    units++;
    return charCodeAt.call(this, at);
  };
  String.prototype.codePointAt = function (at) {
    units++;
    return codePointAt.call(this, at);
  };
  globalThis.BigInt = counted(toBigint);
  globalThis.Number = counted(toNumber);
  const spy = vi.spyOn(intrinsics, 'toBigint').mockImplementation(counted(toBigintOnce));
  try {
    call();
  } finally {
    RegExp.prototype.exec = exec;
    String.prototype.charCodeAt = charCodeAt;
    String.prototype.codePointAt = codePointAt;
    globalThis.BigInt = toBigint;
    globalThis.Number = toNumber;
    spy.mockRestore();
  }
  return units;
}
