/**
 * The laws that a simulation checks.
 *
 * @module
 */

/** The first compares with the twin; the others hold for any stream, whatever its twin returns. */
export const LAWS = [
  'the stream agrees with its twin',
  'nothing throws',
  'a refused call changes nothing',
  'the record to store is the one in the result',
  'a record is on the open shard that owns its hash key',
  'a sequence number names its shard',
  'sequence numbers ascend in a shard',
  'sequence numbers of a hash key ascend across reshards',
  'a sequence number exceeds its SequenceNumberForOrdering',
  'arrival times never decrease',
  'a shard never takes more than its throughput',
  'open shards tile the key space',
  'a child is created in the second after its parents close',
  'sequence numbers are between the start and the end of their shard',
  'a shard is listed as long as it has records',
  'a snapshot restores to itself',
  'what is accepted is stored, and nothing else',
  'calls made again have the same results',
  'calls made again lead to the same state',
] as const;

export type Law = (typeof LAWS)[number];

/** Throws a {@link BrokenLaw} unless a law holds. */
export type Check = (law: Law, isHeld: boolean, message: () => string) => void;

export class BrokenLaw extends Error {
  readonly law: Law;

  constructor(law: Law, message: string) {
    super(message);
    this.law = law;
  }
}
