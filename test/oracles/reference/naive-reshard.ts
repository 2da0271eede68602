/**
 * The twin of resharding: one array of all shards ever created, searched from the start each time.
 * It uses no code of the library.
 *
 * @module
 */

/** A shard. Its index is its place in the array. */
export interface NaiveShard {
  readonly start: bigint;
  readonly end: bigint;
  readonly parents: readonly number[];
  isOpen: boolean;
}

export type NaiveRing = NaiveShard[];

/** Why a request is refused. */
export type NaiveRefusal = 'missing' | 'closed' | 'range' | 'not adjacent';

const KEYS = 2n ** 128n;

export function naiveRing(shardCount: number): NaiveRing {
  const ring: NaiveRing = [];
  for (let i = 0n; i < BigInt(shardCount); i++) {
    const width = KEYS / BigInt(shardCount);
    const isLast = i === BigInt(shardCount) - 1n;
    const end = isLast ? KEYS - 1n : (i + 1n) * width - 1n;
    ring.push({ start: i * width, end, parents: [], isOpen: true });
  }
  return ring;
}

/** Returns the indexes of all open shards that hold a key. There should be one. */
export function naiveOwners(ring: NaiveRing, key: bigint): number[] {
  const owners: number[] = [];
  for (const [index, shard] of ring.entries()) {
    if (shard.isOpen && key >= shard.start && key <= shard.end) owners.push(index);
  }
  return owners;
}

/** Splits in place. A refused split changes nothing. */
export function naiveSplit(ring: NaiveRing, index: number, key: bigint): NaiveRefusal | undefined {
  const parent = ring[index];
  if (parent === undefined) return 'missing';
  if (!parent.isOpen) return 'closed';
  if (!(key > parent.start + 1n && key < parent.end)) return 'range';
  parent.isOpen = false;
  ring.push({ start: parent.start, end: key - 1n, parents: [index], isOpen: true });
  ring.push({ start: key, end: parent.end, parents: [index], isOpen: true });
  return undefined;
}

/** Merges in place. A refused merge changes nothing. */
export function naiveMerge(ring: NaiveRing, a: number, b: number): NaiveRefusal | undefined {
  const lower = ring[a];
  const upper = ring[b];
  if (lower === undefined || upper === undefined) return 'missing';
  if (!lower.isOpen || !upper.isOpen) return 'closed';
  if (lower.end + 1n !== upper.start) return 'not adjacent';
  lower.isOpen = false;
  upper.isOpen = false;
  ring.push({ start: lower.start, end: upper.end, parents: [a, b], isOpen: true });
  return undefined;
}

/**
 * Scales in place. While a uniform range is missing, it makes one split or merge towards the lowest
 * missing one, and starts from scratch.
 */
export function naiveScale(ring: NaiveRing, target: number): void {
  if (ring.filter(({ isOpen }) => isOpen).length === target) return;
  for (;;) {
    const wanted = naiveRing(target).find(
      ({ start, end }) => !ring.some((s) => s.isOpen && s.start === start && s.end === end),
    );
    if (wanted === undefined) return;
    const [piece] = naiveOwners(ring, wanted.start);
    const [next] = naiveOwners(ring, ring[piece!]!.end + 1n);
    if (naiveSplit(ring, piece!, wanted.end + 1n) === undefined) continue;
    if (naiveSplit(ring, next!, wanted.end + 1n) === undefined) continue;
    naiveMerge(ring, piece!, next!);
  }
}
