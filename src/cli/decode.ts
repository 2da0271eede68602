/**
 * `shardline decode`: prints the fields of sequence numbers.
 *
 * @module
 */

import type { Command } from 'commander';
import { parseSequenceNumber, type SequenceNumberParts } from '../sequencing/sequence-number.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { EXIT_BAD_INPUT } from './exit-code.ts';

const DETAILS = `
Prints one field per line. Times are in UTC, in whole seconds. Sequence numbers of version 0 have
neither sequenceIndex nor writtenAt. With --json, prints one object per line.

Examples:
  $ shardline decode 49590338271490256608559692538361571095921575989136588898
  $ aws kinesis put-record ... | jq -r .SequenceNumber | xargs shardline decode --json`;

export function addDecode(program: Command): void {
  program
    .command('decode')
    .summary('print the fields of sequence numbers')
    .description('Prints the fields of sequence numbers.')
    .argument('<sequence-number...>', 'sequence numbers in decimal digits')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action((sequenceNumbers: string[], { json }: { json?: true }) => {
      const output: string[] = [];
      for (const sequenceNumber of sequenceNumbers) {
        const result = parseSequenceNumber(sequenceNumber);
        if (result.ok) {
          const fields = { sequenceNumber, ...formatFields(result.value) };
          output.push(json ? `${JSON.stringify(fields)}\n` : formatTable(fields));
        } else {
          process.exitCode = EXIT_BAD_INPUT;
          process.stderr.write(`shardline: ${result.fault.message}\n`);
        }
      }
      process.stdout.write(output.join(json ? '' : '\n'));
    });
}

type Fields = Readonly<Record<string, string | number>>;

function formatFields(parts: SequenceNumberParts): Fields {
  const { version, shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs } = parts;
  return {
    version,
    shardId: formatShardId(shardIndex),
    shardIndex,
    shardCreatedAt: formatTime(shardCreatedAtMs),
    ...(sequenceIndex !== undefined && { sequenceIndex: `${sequenceIndex}` }),
    ...(writtenAtMs !== undefined && { writtenAt: formatTime(writtenAtMs) }),
  };
}

function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}

function formatTable(fields: Fields): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name.padEnd(16)}${value}\n`);
  return lines.join('');
}
