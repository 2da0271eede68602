/**
 * Calls of the API as commands of the AWS CLI, for a POSIX shell.
 *
 * @module
 */

import type { ReshardCall } from '../sharding/reshard-plan.ts';

/** A call that reshards a stream, without the stream. */
export type PlannedCall =
  | ReshardCall
  | {
      readonly operation: 'UpdateShardCount';
      readonly input: { readonly TargetShardCount: number; readonly ScalingType: string };
    };

/**
 * Returns the command of a call.
 *
 * @param streamName The shell variable STREAM_NAME by default.
 */
export function formatCommand({ operation, input }: PlannedCall, streamName?: string): string {
  const words = Object.entries(input).map(([member, value]) =>
    formatOption(`--${toKebab(member)}`, `${value}`),
  );
  return `aws kinesis ${toKebab(operation)} ${formatStream(streamName)} ${words.join(' ')}`;
}

/**
 * Returns the command that waits until the stream is ACTIVE. It gives up after three minutes
 * (docs/facts.md#cli-wait-stream-exists).
 */
export function formatWait(streamName?: string): string {
  return `aws kinesis wait stream-exists ${formatStream(streamName)}`;
}

function formatStream(streamName: string | undefined): string {
  return streamName === undefined
    ? '--stream-name "$STREAM_NAME"'
    : formatOption('--stream-name', streamName);
}

/**
 * Formats an option. A value that starts with a hyphen would be read as an option itself, so an =
 * precedes it.
 */
function formatOption(option: string, value: string): string {
  return `${option}${value.startsWith('-') ? '=' : ' '}${quoteShell(value)}`;
}

/** Returns a text as one word of a POSIX shell. */
export function quoteShell(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function toKebab(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}
