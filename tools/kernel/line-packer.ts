/**
 * The source of the module that packs lines for the command: a program that writes WebAssembly
 * text.
 *
 * @module
 */

import { get, int, set, tee } from './wat.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const VECTOR_BYTES = 16;

/**
 * Writes the module, with `pack` as src/cli/line-packer.ts describes it. The input is at address 0,
 * the packed lines are at `capacity`, and the offsets at twice that.
 *
 * One turn copies a vector, but goes on only to behind its first line feed.
 */
export function writeLinePacker(): string {
  const feeds = `(i8x16.bitmask
    (i8x16.eq ${get('bytes')} (i8x16.splat ${int(LINE_FEED)})))`;
  const advance = (name: string, ...by: string[]): string =>
    set(
      name,
      by.reduce((sum, term) => `(i32.add ${sum} ${term})`, get(name)),
    );
  const lastByte = `(i32.load8_u (i32.sub ${get('at')} ${int(1)}))`;
  return `(module
    (memory (export "memory") 1)
    (func (export "pack")
      (param $length i32) (param $at i32) (param $capacity i32) (result i32)
      (local $from i32) (local $start i32) (local $entry i32) (local $feed i32)
      (local $bytes v128)
      ;; The last vector must find no line feed of an earlier chunk.
      (v128.store ${get('length')} (v128.const i32x4 0 0 0 0))
      ${advance('at', get('capacity'))}
      ${set('start', get('capacity'))}
      ${set('entry', `(i32.shl ${get('capacity')} ${int(1)})`)}
      (i32.store ${get('entry')} ${int(0)})
      (block $done
        (loop $next
          (br_if $done (i32.ge_u ${get('from')} ${get('length')}))
          (v128.store ${get('at')} ${tee('bytes', `(v128.load ${get('from')})`)})
          (if (i32.eqz ${tee('feed', feeds)}) (then
            ${advance('from', int(VECTOR_BYTES))}
            ${advance('at', int(VECTOR_BYTES))}
            (br $next)))
          ${set('feed', `(i32.ctz ${get('feed')})`)}
          ${advance('from', get('feed'), int(1))}
          ${advance('at', get('feed'))}
          (if (i32.gt_u ${get('at')} ${get('start')}) (then
            (if (i32.eq ${lastByte} ${int(CARRIAGE_RETURN)}) (then ${advance('at', int(-1))}))))
          ${set('start', get('at'))}
          ${advance('entry', int(4))}
          (i32.store ${get('entry')} (i32.sub ${get('at')} ${get('capacity')}))
          (br $next)))
      ;; The last vector may have gone beyond the input.
      (i32.store offset=4 ${get('entry')} (i32.sub
        (i32.add ${get('at')} ${get('length')})
        (i32.add ${get('from')} ${get('capacity')})))
      (i32.sub
        (i32.shr_u ${get('entry')} ${int(2)})
        (i32.shr_u ${get('capacity')} ${int(1)}))))`;
}
