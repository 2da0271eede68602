/**
 * The topologies that a producer knows: the current one, perhaps a newer one, and older ones.
 *
 * @module
 */

import type { Topology } from './topology.ts';

interface Known {
  readonly topology: Topology;
  /** When the map that replaced this one as the newest was listed. */
  supersededAtMs: number;
}

/** The topologies from the listings of a stream. Times are by the producer's clock. */
export class Topologies {
  /** The topology that decides which lane a record is in. */
  current: Topology;
  /** The topology of a newer map that waits until all parcels of the current one are settled. */
  next: Topology | undefined = undefined;
  /** When the newest map was listed. */
  listedAtMs = 0;
  /** All topologies that a response may still refer to, the newest first. */
  #known: readonly Known[];

  constructor(topology: Topology) {
    this.current = topology;
    this.#known = [{ topology, supersededAtMs: Number.POSITIVE_INFINITY }];
  }

  /**
   * Adds the topology of a newer map, and forgets those that no response can refer to any more.
   *
   * A shard that a response names was open at some time since the request was sent. So only maps
   * that were the newest at some time since then are needed.
   *
   * @param oldestSentAtMs When the oldest request with records that are sent or in doubt was sent;
   *   Infinity if there is none.
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

  /** Makes the newer topology current. Returns the previous one. */
  adopt(): Topology {
    const before = this.current;
    this.current = this.next ?? before;
    this.next = undefined;
    return before;
  }

  /**
   * Returns a topology that knows the shard of a response. Any one will do, because the range of a
   * shard never changes.
   */
  findKnowing(shardId: string, sequenceNumber: string): Topology | undefined {
    for (const { topology } of this.#known) {
      if (topology.findNumbered(shardId, sequenceNumber) !== undefined) return topology;
    }
    return undefined;
  }
}
