/**
 * The topologies that a producer knows: the current one, a newer one, and those before.
 *
 * @module
 */

import type { Topology } from './topology.ts';

interface Known {
  readonly topology: Topology;
  /** When the map was listed after which this one was not the newest any more. */
  supersededAtMs: number;
}

/** What the listings of a stream have told. Times are by the producer's clock. */
export class Topologies {
  /** The one that decides in which lane a record is. */
  current: Topology;
  /** That of a newer map, until all parcels of the current one are settled. */
  next: Topology | undefined = undefined;
  /** When the newest map was listed. */
  listedAtMs = 0;
  /** The newest first. */
  #known: readonly Known[];

  constructor(topology: Topology) {
    this.current = topology;
    this.#known = [{ topology, supersededAtMs: Number.POSITIVE_INFINITY }];
  }

  /**
   * Adds the topology of a newer map, and forgets those that no answer can refer to any more.
   *
   * A shard that an answer names was open at some time since its request was sent. So only the maps
   * count that were the newest at some time since then.
   *
   * @param oldestSentAtMs When the oldest request was sent whose records are sent or in doubt;
   *   Infinity without any.
   */
  add(topology: Topology, listedAtMs: number, oldestSentAtMs: number): void {
    this.next = topology.equals(this.current) ? undefined : topology;
    this.listedAtMs = listedAtMs;
    const [newest, ...older] = this.#known;
    newest!.supersededAtMs = listedAtMs;
    const before = topology.equals(newest!.topology) ? older : this.#known;
    this.#known = [
      { topology, supersededAtMs: Number.POSITIVE_INFINITY },
      ...before.filter(({ supersededAtMs }) => supersededAtMs >= oldestSentAtMs),
    ];
  }

  /** Makes the newer topology current. Returns the one before. */
  adopt(): Topology {
    const before = this.current;
    this.current = this.next ?? before;
    this.next = undefined;
    return before;
  }

  /** Returns a topology that knows the shard of an answer. The range of a shard never changes. */
  findKnowing(shardId: string, sequenceNumber: string): Topology | undefined {
    for (const { topology } of this.#known) {
      if (topology.findAnswered(shardId, sequenceNumber) !== undefined) return topology;
    }
    return undefined;
  }
}
