/**
 * The identity of a stream in the service's messages.
 *
 * @module
 */

/** The name and the account of a stream, by which the service's messages identify it. */
export interface StreamIdentity {
  readonly streamName: string;
  /** Twelve digits. */
  readonly accountId: string;
}
