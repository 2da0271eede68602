/**
 * The operations of a simulated world of producers, as plain data.
 *
 * Picks are indexes that are counted around, so that every operation means something in every
 * state: leaving some out leaves the rest valid.
 *
 * @module
 */

/** The settings of one producer. */
export interface ProducerSetup {
  readonly aggregation: 'none' | 'shard';
  readonly order: 'none' | 'partition-key';
  readonly shardShare: number;
  readonly lingerMs: number;
  readonly recordTtlMs: number;
  readonly aggregateBytesMax: number;
  readonly pendingBytesMax: number;
  readonly requestsInFlightMax: number;
}

/** Everything that happens in a world, by kind. */
export interface Operations {
  /** A new stream, new producers, and a network that fails once in `troubleEvery` requests. */
  readonly create: {
    readonly shardCount: number;
    readonly troubleEvery: number;
    readonly producers: readonly ProducerSetup[];
  };
  readonly add: {
    readonly producer: number;
    readonly records: readonly DrawnRecord[];
  };
  /** The producer is asked for actions until it waits. `luck` decides what the network does. */
  readonly pump: { readonly producer: number; readonly luck: number };
  /** The same, and again a millisecond before it has something to do, and when it has. */
  readonly wake: { readonly producer: number; readonly luck: number };
  readonly pass: { readonly ms: number };
  readonly split: { readonly shard: number; readonly permille: number };
  readonly merge: { readonly shard: number };
  readonly scale: { readonly percent: number };
  /** The stream is deleted and created again; with 0 shards, with as many as it had. */
  readonly recreate: { readonly shardCount: number };
  /** The clock of a producer is set forward or back. */
  readonly clock: { readonly producer: number; readonly byMs: number };
  readonly flush: { readonly producer: number };
  readonly drain: { readonly producer: number };
}

export interface DrawnRecord {
  readonly key: number;
  readonly bytes: number;
  /** The record has an explicit hash key: this part of the key space. */
  readonly permille?: number;
  /** Its data starts like the frame of an aggregated record. */
  readonly isFramed?: boolean;
}

export type Operation = {
  [K in keyof Operations]: { readonly kind: K } & Operations[K];
}[keyof Operations];
