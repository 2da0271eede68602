/**
 * The kernel's functions that hash: programs that write WebAssembly text.
 *
 * MD5 cannot be split over vectors, so each lane of a vector hashes a key of its own. Three vectors
 * take turns, because each step waits for the one before it.
 *
 * @module
 */

import {
  BYTES_AT,
  CONSTANTS_AT,
  DIGESTS_AT,
  FIRST_WORDS_AT,
  GROUP_KEYS,
  OFFSETS_AT,
  ORDER_AT,
  WORDS_AT,
} from '../../src/batch/kernel-layout.ts';
import {
  add,
  get,
  int,
  lines,
  load,
  loadInt,
  locals,
  set,
  splat,
  store,
  storeInt,
  tee,
} from './wat.ts';

/** RFC 1321 section 3.4: for each round, the shifts of its steps in turn. */
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** RFC 1321 section 3.4: for each round, the word that its first step reads, and the stride. */
const READS = [
  [0, 1],
  [1, 5],
  [5, 3],
  [0, 7],
] as const;

/** RFC 1321 section 3.3: the state before the first block. */
const INITIAL = { a: 0x67452301, b: 0xefcdab89, c: 0x98badcfe, d: 0x10325476 } as const;

type Register = keyof typeof INITIAL;

/** The four words of the state, in the order in which steps replace them. */
const REGISTERS: readonly Register[] = ['a', 'd', 'c', 'b'];

/** Keys of one block: the function that hashes them, and the words that they can fill. */
const SHORT_HASHES = [
  ['hashUpTo19Bytes', 5],
  ['hashUpTo39Bytes', 10],
  ['hashUpTo55Bytes', 14],
] as const;

/** The three vectors of a group. */
export const VECTORS: readonly number[] = [0, 1, 2];
const LANES = [0, 1, 2, 3];

/** The address of word `i` of the keys in vector `v`. */
const word = (i: number, v: number): number => WORDS_AT + 16 * (3 * i + v);

/** The base of an absolute address. */
const ZERO = int(0);

// A window of sixteen bytes that starts `n` bytes before MASK_AT keeps `n` bytes. One that starts
// `n` bytes before PAD_AT marks the end of a message with `n` bytes left, if there is room for it.
const MASK_AT = CONSTANTS_AT + 128;
const PAD_AT = MASK_AT + 96 + 128;
/** Addresses are unsigned, so the bytes that are left are subtracted from this. */
const WINDOW = 128;

/** Returns the kernel's constants, as a WebAssembly string. */
export function constants(): string {
  const bytes = new Uint8Array(PAD_AT + 128 - CONSTANTS_AT);
  bytes.fill(0xff, MASK_AT - 64 - CONSTANTS_AT, MASK_AT - CONSTANTS_AT);
  bytes[PAD_AT - CONSTANTS_AT] = 0x80;
  return Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}

/**
 * Writes step `i` of all three vectors.
 *
 * @param isLive Whether a word of the block can be other than zero.
 */
function step(i: number, isLive: (word: number) => boolean): string {
  const round = i >> 4;
  const bits = SHIFTS[round]![i & 3]!;
  const [first, stride] = READS[round]!;
  const x = (first + stride * (i & 15)) & 15;
  const sine = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);
  return lines([
    set('sine', splat(round === 3 ? sine - 1 : sine)),
    ...VECTORS.map((v) => {
      const name = (k: number): string => `${REGISTERS[(i + k) & 3]!}${v}`;
      // As in the RFC: b is the newest word, a the oldest, which the step replaces.
      const [b, c, d] = [get(name(3)), get(name(2)), get(name(1))];
      const message = isLive(x) ? [load(word(x, v), ZERO)] : [];
      let sum = add(get(name(0)), get('sine'), ...message);
      if (round === 0) sum = add(sum, `(v128.bitselect ${c} ${d} ${b})`);
      if (round === 1) sum = add(sum, `(v128.bitselect ${b} ${c} ${d})`);
      if (round === 2) sum = add(sum, `(v128.xor (v128.xor ${c} ${d}) ${b})`);
      // c ^ (b | ~d) is ~(c ^ (d & ~b)), and adding ~x is subtracting x and 1.
      if (round === 3) sum = `(i32x4.sub ${sum} (v128.xor ${c} (v128.andnot ${d} ${b})))`;
      const left = `(i32x4.shl ${tee(`sum${v}`, sum)} ${int(bits)})`;
      const rotated = `(v128.or ${left} (i32x4.shr_u ${get(`sum${v}`)} ${int(32 - bits)}))`;
      return set(name(0), add(rotated, b));
    }),
  ]);
}

/** Writes the first `steps` steps of a block. */
export const rounds = (steps: number, isLive: (word: number) => boolean): string =>
  lines(Array.from({ length: steps }, (_, i) => step(i, isLive)));

/** Writes the state before the first block. */
export const initialise = (): string =>
  lines(VECTORS.flatMap((v) => REGISTERS.map((r) => set(`${r}${v}`, splat(INITIAL[r])))));

/** The locals that hold the state. */
export const STATE: readonly string[] = VECTORS.flatMap((v) =>
  REGISTERS.map((register) => `${register}${v}`),
);
/** The other locals of a vector that a hash needs. */
export const SCRATCH: readonly string[] = [
  'sine',
  'sum0',
  'sum1',
  'sum2',
  'row0',
  'row1',
  'row2',
  'row3',
  'even',
  'odd',
];
const STARTS = LANES.map((lane) => `start${lane}`);
const WINDOWS = LANES.map((lane) => `window${lane}`);

const LOW_WORDS = '0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23';
const HIGH_WORDS = '8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31';
const LOW_HALVES = '0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23';
const HIGH_HALVES = '8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31';
const BIG_ENDIAN = '3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12';

const shuffle = (order: string, a: string, b: string): string =>
  `(i8x16.shuffle ${order} ${a} ${b})`;

/** Swaps the rows and columns of row0 to row3. `put` writes the first `count` columns. */
function transpose(count: number, put: (column: number, value: string) => string): string {
  const halves = (order: string): string[] => [
    set('even', shuffle(order, get('row0'), get('row1'))),
    set('odd', shuffle(order, get('row2'), get('row3'))),
  ];
  const column = (i: number): string[] =>
    i < count ? [put(i, shuffle(i & 1 ? HIGH_HALVES : LOW_HALVES, get('even'), get('odd')))] : [];
  return lines([
    ...halves(LOW_WORDS),
    ...column(0),
    ...column(1),
    ...(count > 2 ? halves(HIGH_WORDS) : []),
    ...column(2),
    ...column(3),
  ]);
}

/** Reads bytes `at` to `at + 15` of a block, clears those after the key and marks its end. */
function masked(at: number, lane: number): string {
  const [start, window] = [get(`start${lane}`), get(`window${lane}`)];
  const text = `(v128.and ${load(BYTES_AT + at, start)} ${load(MASK_AT - WINDOW + at, window)})`;
  return `(v128.or ${text} ${load(PAD_AT - WINDOW + at, window)})`;
}

/**
 * Copies the first `count` words of vector `v` from the keys that its starts and windows name.
 *
 * @param full The number of words that every key fills, a multiple of four. They need no mask.
 */
function gather(v: number, count: number, full: number): string {
  const parts: string[] = [];
  for (let i = 0; i < count; i += 4) {
    for (const lane of LANES) {
      const row = i < full ? load(BYTES_AT + 4 * i, get(`start${lane}`)) : masked(4 * i, lane);
      parts.push(set(`row${lane}`, row));
    }
    parts.push(transpose(Math.min(4, count - i), (c, value) => store(word(i + c, v), ZERO, value)));
  }
  return lines(parts);
}

/** Copies the words of 12 keys of one block each, from offset `at` on. */
function gatherShort(words: number, full: number): string {
  return lines(
    VECTORS.flatMap((v) => {
      const at = OFFSETS_AT + 16 * v;
      const lengths = `(i32x4.sub ${load(at + 4, get('at'))} ${load(at, get('at'))})`;
      return [
        ...LANES.flatMap((lane) => [
          set(
            `start${lane}`,
            `(i32.sub ${tee('end', loadInt(at + 4 * lane, get('at')))} ${get('base')})`,
          ),
          set(
            `window${lane}`,
            `(i32.sub
              (i32.add ${get('end')} ${int(WINDOW)})
              ${loadInt(at + 4 * lane + 4, get('at'))})`,
          ),
        ]),
        gather(v, words, full),
        store(word(14, v), ZERO, `(i32x4.shl ${lengths} ${int(3)})`),
      ];
    }),
  );
}

const bigEndian = (value: string): string => shuffle(BIG_ENDIAN, tee('even', value), get('even'));

/**
 * `hashUpTo19Bytes`, `hashUpTo39Bytes`, `hashUpTo55Bytes`: the first words of the hash keys of keys
 * that fill at most `words` words of a block.
 */
function hashShort(name: string, words: number): string {
  // Step 61 makes the first word final. The last three steps change the other words only.
  const full = words & ~3;
  const body = rounds(61, (i) => i < words || i === 14);
  const put = (v: number): string => {
    const first = bigEndian(add(get(`a${v}`), splat(INITIAL.a)));
    return store(FIRST_WORDS_AT + 16 * v, get('at'), first);
  };
  const next = `${set('at', `(i32.add ${get('at')} ${int(4 * GROUP_KEYS)})`)}
    (br_if $next (i32.lt_u ${get('at')} ${get('until')}))`;
  return `(func (export "${name}") (param $base i32) (param $until i32) (param $shortest i32)
    (local $at i32) (local $end i32) ${locals('i32', [...STARTS, ...WINDOWS])}
    ${locals('v128', [...STATE, ...SCRATCH])}
    (loop $next
      (if (i32.ge_u ${get('shortest')} ${int(4 * full)})
        (then ${gatherShort(words, full)})
        (else ${gatherShort(words, 0)}))
      ${initialise()}
      ${body}
      ${lines(VECTORS.map(put))}
      ${next}))`;
}

/** Sets the start, the window and the bytes left of lane `i` of vector `v`, `done` bytes on. */
function placeLong(v: number, i: number): string {
  const key = tee('key', loadInt(ORDER_AT + 4 * (4 * v + i), get('at')));
  const start = tee('start', loadInt(OFFSETS_AT, key));
  const clamped = (than: string, bound: number): string =>
    set('left', `(select ${get('left')} ${int(bound)} (i32.${than} ${get('left')} ${int(bound)}))`);
  return lines([
    set(`start${i}`, `(i32.add (i32.sub ${start} ${get('base')}) ${get('done')})`),
    set(
      'left',
      `(i32.sub (i32.sub ${loadInt(OFFSETS_AT + 4, get('key'))} ${get('start')}) ${get('done')})`,
    ),
    set(`left${v}`, `(i32x4.replace_lane ${i} ${get(`left${v}`)} ${get('left')})`),
    clamped('lt_s', 64),
    clamped('gt_s', -1),
    set(`window${i}`, `(i32.sub ${int(WINDOW)} ${get('left')})`),
  ]);
}

/** Writes the digests of vector `v`, and their first words, to the entries of its keys. */
function putDigests(v: number): string {
  const key = (i: number): string => loadInt(ORDER_AT + 4 * (4 * v + i), get('at'));
  const registers: readonly Register[] = ['a', 'b', 'c', 'd'];
  return lines([
    ...registers.map((register, i) => set(`row${i}`, get(`${register}${v}`))),
    transpose(4, (i, digest) => store(DIGESTS_AT, `(i32.shl ${key(i)} ${int(2)})`, digest)),
    set('row0', bigEndian(get('row0'))),
    ...LANES.map((i) =>
      storeInt(FIRST_WORDS_AT, key(i), `(i32x4.extract_lane ${i} ${get('row0')})`),
    ),
  ]);
}

/**
 * `hashAnyLength`: the digests of keys of any block counts, in the order that `sortByBlocks` left.
 *
 * A lane whose key has no block left keeps its state while the other lanes of its group continue.
 */
function hashAnyLength(): string {
  const all = (make: (v: number, register: Register) => string): string =>
    lines(VECTORS.flatMap((v) => REGISTERS.map((register) => make(v, register))));
  const place = (v: number): string => {
    // A key's length in bits ends its last block, which has room for those eight bytes.
    const isLast = `(i32x4.lt_s ${get(`left${v}`)} ${splat(56)})`;
    const bits = `(i32x4.shl ${add(get(`left${v}`), `(i32x4.splat ${get('done')})`)} ${int(3)})`;
    const at = word(14, v);
    return lines([
      ...LANES.map((i) => placeLong(v, i)),
      gather(v, 16, 0),
      store(at, ZERO, `(v128.bitselect ${bits} ${load(at, ZERO)} ${isLast})`),
    ]);
  };
  /** All ones in the lanes of vector `v` whose keys have a block here, zeros in the others. */
  const hasBlock = (v: number): string => `(i32x4.gt_s ${get(`left${v}`)} ${splat(-9)})`;
  const next = (register: string, v: number): string =>
    add(get(`${register}Before`), `(v128.and ${get(register)} ${get(`left${v}`)})`);
  return `(func (export "hashAnyLength") (param $base i32) (param $until i32)
    (local $at i32) (local $key i32) (local $start i32) (local $left i32) (local $done i32)
    ${locals('i32', [...STARTS, ...WINDOWS])}
    ${locals('v128', [...STATE, ...STATE.map((name) => `${name}Before`)])}
    ${locals('v128', ['left0', 'left1', 'left2', ...SCRATCH])}
    (loop $group
      ${initialise()}
      ${set('done', int(0))}
      (loop $block
        ${lines(VECTORS.map(place))}
        ${all((v, register) => set(`${register}${v}Before`, get(`${register}${v}`)))}
        ${rounds(64, () => true)}
        ${lines(VECTORS.map((v) => set(`left${v}`, hasBlock(v))))}
        ${all((v, register) => set(`${register}${v}`, next(`${register}${v}`, v)))}
        ${set('done', `(i32.add ${get('done')} ${int(64)})`)}
        ;; The last key of a group has the most blocks. One is left until done is 9 bytes past it.
        ${set('key', loadInt(ORDER_AT + 4 * (GROUP_KEYS - 1), get('at')))}
        (br_if $block (i32.gt_s
          (i32.sub ${loadInt(OFFSETS_AT + 4, get('key'))} ${loadInt(OFFSETS_AT, get('key'))})
          (i32.sub ${get('done')} ${int(9)}))))
      ${lines(VECTORS.map(putDigests))}
      ${set('at', `(i32.add ${get('at')} ${int(4 * GROUP_KEYS)})`)}
      (br_if $group (i32.lt_u ${get('at')} ${get('until')}))))`;
}

/** The functions that hash, in WebAssembly text. */
export const hashFunctions = (): string[] => [
  ...SHORT_HASHES.map(([name, words]) => hashShort(name, words)),
  hashAnyLength(),
];
