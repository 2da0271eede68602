/**
 * What the service's messages call a stream.
 *
 * @module
 */

/** The two names of a stream in the service's messages. */
export interface StreamIdentity {
  readonly streamName: string;
  /** Twelve digits. */
  readonly accountId: string;
}
