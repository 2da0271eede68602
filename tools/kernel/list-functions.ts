/**
 * The kernel's functions over its lists, all but hashing: programs that write WebAssembly text.
 *
 * @module
 */

import {
  BLOCKS_MAX,
  BYTES_AT,
  COUNTS_AT,
  FIRST_WORDS_AT,
  GROUP_KEYS,
  MAP_INDEXES_AT,
  OFFSETS_AT,
  ORDER_AT,
} from '../../src/batch/kernel-layout.ts';
import { get, int, lines, load, loadInt, set, store, storeInt, tee } from './wat.ts';

/**
 * `measureLengths`: fills up the last group with empty keys. Returns the length of the longest key
 * in the upper half and that of the shortest in the lower, each capped at 65,535.
 */
const measureLengths = (): string => {
  const length = `(i32x4.sub ${load(OFFSETS_AT + 4, get('at'))} ${load(OFFSETS_AT, get('at'))})`;
  const fold = (extreme: string, order: string): string =>
    set(
      extreme,
      `(i32x4.${extreme}_u
        ${get(extreme)}
        (i8x16.shuffle ${order} ${get(extreme)} ${get(extreme)}))`,
    );
  const ORDERS = ['8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7', '4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11'];
  return `(func (export "measureLengths") (param $until i32) (result i32)
    (local $at i32) (local $length v128) (local $max v128) (local $min v128)
    ${set('length', `(v128.load32_splat offset=${OFFSETS_AT} ${get('until')})`)}
    ${lines([0, 1, 2, 3].map((i) => store(OFFSETS_AT + 16 * i, get('until'), get('length'))))}
    ${set('min', '(v128.const i32x4 65535 65535 65535 65535)')}
    (loop $next
      ${set('length', length)}
      ${set('max', `(i32x4.max_u ${get('max')} ${get('length')})`)}
      ${set('min', `(i32x4.min_u ${get('min')} ${get('length')})`)}
      ${set('at', `(i32.add ${get('at')} ${int(16)})`)}
      (br_if $next (i32.lt_u ${get('at')} ${get('until')})))
    ${set('max', `(i32x4.min_u ${get('max')} (v128.const i32x4 65535 65535 65535 65535))`)}
    ${lines(ORDERS.flatMap((order) => [fold('max', order), fold('min', order)]))}
    (i32.or
      (i32.shl (i32x4.extract_lane 0 ${get('max')}) ${int(16)})
      (i32x4.extract_lane 0 ${get('min')})))`;
};

/**
 * `sortByBlocks`: orders the keys by block count, and fills up the last group with the last key.
 */
const sortByBlocks = (): string => {
  const [start, end] = [loadInt(OFFSETS_AT, get('at')), loadInt(OFFSETS_AT + 4, get('at'))];
  const length = `(i32.sub ${end} ${start})`;
  // A key takes its bytes, a byte 0x80 and the eight bytes of its length, in whole blocks.
  const blocks = `(i32.shr_u (i32.add ${length} ${int(72)}) ${int(6)})`;
  const count = `(i32.shl ${blocks} ${int(2)})`;
  const plus4 = (value: string): string => `(i32.add ${value} ${int(4)})`;
  const sum = `(i32.add ${get('place')} ${loadInt(COUNTS_AT, get('at'))})`;
  const rest = Array.from({ length: GROUP_KEYS - 1 }, (_, i) =>
    storeInt(ORDER_AT + 4 * i, get('until'), get('place')),
  );
  const next = `${set('at', `(i32.add ${get('at')} ${int(4)})`)}`;
  return `(func (export "sortByBlocks") (param $until i32)
    (local $at i32) (local $count i32) (local $place i32)
    (memory.fill ${int(COUNTS_AT)} ${int(0)} ${int(4 * (BLOCKS_MAX + 2))})
    (loop $next
      ${set('count', count)}
      ${storeInt(COUNTS_AT + 4, get('count'), plus4(loadInt(COUNTS_AT + 4, get('count'))))}
      ${next}
      (br_if $next (i32.lt_u ${get('at')} ${get('until')})))
    ${set('at', int(0))}
    (loop $next
      ${storeInt(COUNTS_AT, get('at'), tee('place', sum))}
      ${next}
      (br_if $next (i32.le_u ${get('at')} ${int(4 * BLOCKS_MAX)})))
    ${set('at', int(0))}
    (loop $next
      ${set('place', loadInt(COUNTS_AT, tee('count', count)))}
      ${storeInt(ORDER_AT, get('place'), get('at'))}
      ${storeInt(COUNTS_AT, get('count'), plus4(get('place')))}
      ${next}
      (br_if $next (i32.lt_u ${get('at')} ${get('until')})))
    ${set('place', loadInt(ORDER_AT - 4, get('until')))}
    ${lines(rest)})`;
};

/** The address of a key's bucket in a table whose entries have that many bytes. */
const entryOf = (bytes: 4 | 8): string => {
  const bucket = `(i32.shr_u ${get('word')} ${get('shift')})`;
  return `(i32.add ${get('table')} (i32.shl ${bucket} ${int(bytes === 4 ? 2 : 3)}))`;
};

/**
 * `locateByBinarySearch`: the map indexes of the keys by their first words, for any shard map.
 *
 * Every key takes as many steps of the binary search as the worst bucket needs, without a branch: a
 * mispredicted branch costs more than all the steps. Returns other than 0 if the first word of a
 * key equals that of a range, and so does not decide.
 */
const locateByBinarySearch = (): string => `(func (export "locateByBinarySearch")
    (param $until i32) (param $shift i32) (param $table i32) (param $firstWords i32)
    (param $steps i32) (result i32)
    (local $at i32) (local $word i32) (local $low i32) (local $high i32) (local $middle i32)
    (local $start i32) (local $step i32) (local $isTie i32)
    (loop $next
      ${set('word', loadInt(FIRST_WORDS_AT, get('at')))}
      ${set('middle', entryOf(4))}
      ${set('low', loadInt(0, get('middle')))}
      ${set('high', loadInt(4, get('middle')))}
      ${set('step', get('steps'))}
      (loop $half
        (local.set $middle (i32.shr_u
          (i32.add (i32.add ${get('low')} ${get('high')}) ${int(1)})
          ${int(1)}))
        (local.set $start
          (i32.load (i32.add ${get('firstWords')} (i32.shl ${get('middle')} ${int(2)}))))
        ${set('isTie', `(i32.or ${get('isTie')} (i32.eq ${get('start')} ${get('word')}))`)}
        (local.set $low (select
          ${get('middle')}
          ${get('low')}
          (i32.le_u ${get('start')} ${get('word')})))
        (local.set $high (select
          ${get('high')}
          (i32.sub ${get('middle')} ${int(1)})
          (i32.le_u ${get('start')} ${get('word')})))
        (br_if $half ${tee('step', `(i32.sub ${get('step')} ${int(1)})`)}))
      ${storeInt(MAP_INDEXES_AT, get('at'), get('low'))}
      ${set('at', `(i32.add ${get('at')} ${int(4)})`)}
      (br_if $next (i32.lt_u ${get('at')} ${get('until')})))
    ${get('isTie')})`;

/**
 * `locateByBucket`: the map indexes of the keys by their first words, for maps in which at most one
 * range starts in a bucket.
 *
 * For each bucket, the table has the first word of the range that starts in it, or the highest word
 * if none does, and the range of the bucket's lowest hash key. Four keys per turn: there is room
 * after the last one. Returns other than 0 if the first word of a key equals that of a range, and
 * so does not decide.
 */
const locateByBucket = (): string => {
  const isAbove = `(i32.gt_u ${get('word')} ${get('start')})`;
  const mapIndex = `(i32.add ${loadInt(4, get('bucket'))} ${isAbove})`;
  const key = (i: number): string => `
    ${set('word', loadInt(FIRST_WORDS_AT + i, get('at')))}
    ${set('start', loadInt(0, tee('bucket', entryOf(8))))}
    ${set('isTie', `(i32.or ${get('isTie')} (i32.eq ${get('start')} ${get('word')}))`)}
    ${storeInt(MAP_INDEXES_AT + i, get('at'), mapIndex)}`;
  return `(func (export "locateByBucket")
    (param $until i32) (param $shift i32) (param $table i32) (result i32)
    (local $at i32) (local $word i32) (local $start i32) (local $bucket i32) (local $isTie i32)
    (loop $next
      ${lines([0, 4, 8, 12].map(key))}
      ${set('at', `(i32.add ${get('at')} ${int(16)})`)}
      (br_if $next (i32.lt_u ${get('at')} ${get('until')})))
    ${get('isTie')})`;
};

/**
 * `toUtf8Offsets`: turns offsets in UTF-16 units into offsets in UTF-8 bytes of the same text.
 *
 * Returns 0 if a surrogate pair crosses the end of a key. The keys then hold two unpaired halves,
 * which joining them made a pair. The offsets in units stay in the list of the order, which nothing
 * else needs yet.
 */
const toUtf8Offsets = (): string => {
  const byteOpens = `(i32.ge_s ${get('byte')} ${int(-64)})`;
  const isFour = `(i32.and
    (i32.ge_s ${get('byte')} ${int(-16)})
    (i32.lt_s ${get('byte')} ${int(0)}))`;
  const bits = (comparison: string, byte: number): string =>
    `(i8x16.bitmask (i8x16.${comparison} ${get('text')} (i8x16.splat ${int(byte)})))`;
  /** Halves the range of bytes that contains the start of the unit `units` further on. */
  const halve = (width: number): string => `
    ${set('low', `(i32.popcnt (i32.and ${get('opens')} ${int(2 ** width - 1)}))`)}
    (if (i32.ge_u ${get('units')} ${get('low')}) (then
      ${set('units', `(i32.sub ${get('units')} ${get('low')})`)}
      ${set('opens', `(i32.shr_u ${get('opens')} ${int(width)})`)}
      ${set('end', `(i32.add ${get('end')} ${int(width)})`)}))`;
  return `(func (export "toUtf8Offsets") (param $until i32) (result i32)
    (local $at i32) (local $byte i32) (local $units i32) (local $end i32) (local $next i32)
    (local $from i32) (local $opens i32) (local $fours i32) (local $low i32) (local $text v128)
    (memory.copy ${int(ORDER_AT)} ${int(OFFSETS_AT)} (i32.add ${get('until')} ${int(4)}))
    (loop $key
      ${set('next', loadInt(OFFSETS_AT + 4, get('at')))}
      ${set('units', `(i32.sub ${get('next')} ${get('from')})`)}
      ${set('from', get('next'))}
      (block $found
        (loop $vector
          ${set('text', load(BYTES_AT, get('end')))}
          ;; Every byte but a continuation byte opens a unit. Four bytes are two units.
          ${set('opens', bits('ge_s', -64))}
          ${set('fours', bits('gt_u', 0xef))}
          ${set('low', `(i32.add (i32.popcnt ${get('opens')}) (i32.popcnt ${get('fours')}))`)}
          (if (i32.ge_u ${get('units')} ${get('low')}) (then
            ${set('units', `(i32.sub ${get('units')} ${get('low')})`)}
            ${set('end', `(i32.add ${get('end')} ${int(16)})`)}
            (br $vector))))
        (if (i32.eqz ${get('fours')}) (then
          ${lines([8, 4, 2, 1].map(halve))}
          (br $found)))
        (loop $single
          ${set('byte', `(i32.load8_s offset=${BYTES_AT} ${get('end')})`)}
          (br_if $found (i32.and (i32.le_s ${get('units')} ${int(0)}) ${byteOpens}))
          ${set('units', `(i32.sub (i32.sub ${get('units')} ${byteOpens}) ${isFour})`)}
          ${set('end', `(i32.add ${get('end')} ${int(1)})`)}
          (br $single)))
      (if (i32.lt_s ${get('units')} ${int(0)}) (then (return ${int(0)})))
      ${storeInt(OFFSETS_AT + 4, get('at'), get('end'))}
      ${set('at', `(i32.add ${get('at')} ${int(4)})`)}
      (br_if $key (i32.lt_u ${get('at')} ${get('until')})))
    ${int(1)})`;
};

/** The functions over lists, in WebAssembly text. */
export const listFunctions = (): string[] => [
  measureLengths(),
  sortByBlocks(),
  locateByBinarySearch(),
  locateByBucket(),
  toUtf8Offsets(),
];
