/**
 * The laws that a simulated world of producers checks.
 *
 * @module
 */

export const LAWS = [
  'nothing throws',
  'conservation: a record ends exactly once, and is not sent after that',
  'legality: the service takes every request',
  'order: the numbers of a key rise in the order in which its records were added',
  'visibility: what is reported stored is what consumers see',
  'nothing is stored twice unless a response was lost',
  'progress: nothing stays pending once the service responds',
  'a producer wakes when it said, not before',
  'one listing at a time, and none without a change',
  'pending counts what has no result',
] as const;

export type Law = (typeof LAWS)[number];

export class BrokenLaw extends Error {
  readonly law: Law;

  constructor(law: Law, message: string) {
    super(`${law}: ${message}`);
    this.law = law;
  }
}
