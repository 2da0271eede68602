// Everything that the command reads may be written as editors, shells and Windows write text.
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import listing from '../recordings/data/list-shards-hp-16.json';
import { runScript, writeInput } from './command.ts';

const NUMBER = '49590338271490256608559692538361571095921575989136588898';
const EVENT = {
  Records: [
    {
      eventSource: 'aws:kinesis',
      eventID: `shardId-000000000006:${NUMBER}`,
      kinesis: {
        partitionKey: '1',
        sequenceNumber: NUMBER,
        data: 'SGVsbG8=',
        approximateArrivalTimestamp: 1545084650.987,
      },
    },
  ],
};

/** Each reader: a command that reads FILE, and a text that it reads. */
const READERS: readonly (readonly [string, string])[] = [
  ['route FILE --shard-count 4', 'a\nb\n'],
  ['route --shard-count 4 < FILE', 'a\nb\n'],
  ['spread FILE --shard-count 4 --top 2', 'a\nb\n'],
  ['spread FILE --shard-count 4 --records', '{"PartitionKey":"a"}\n{"PartitionKey":"b"}\n'],
  ['advise FILE --shard-count 4', 'a\nb\n'],
  ['plan --balance FILE --shard-count 4', 'a\nb\n'],
  ['find-key --shards FILE', `${JSON.stringify(listing, undefined, 2)}\n`],
  ['decode < FILE', `${NUMBER}\n`],
  ['decode --event FILE', `${JSON.stringify(EVENT, undefined, 2)}\n`],
];

describe.each(READERS)('shardline %s', (command, text) => {
  const run = (file: string): ReturnType<typeof runScript> =>
    runScript(`shardline ${command.replace('FILE', file)}`);
  const runOn = (content: string | Uint8Array) => run(writeInput('input', content));

  // A process takes a fifth of a second, so the cases are few.
  it('reads a file with a byte order mark and CRLF, without a last line ending, and in UTF-16', () => {
    const expected = runOn(text);
    expect(expected.stdout).not.toBe('');
    expect(expected.status).toBe(0);
    expect(runOn(`\ufeff${text.trimEnd().replaceAll('\n', '\r\n')}`)).toEqual(expected);
    expect(runOn(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(expected);
  });

  it('names UTF-16 without a byte order mark', () => {
    const { status, stdout, stderr } = runOn(Buffer.from(text, 'utf16le'));
    expect(stdout).toBe('');
    expect(stderr).toContain('every second byte is NUL, as in UTF-16 without a byte order mark\n');
    expect(stderr).toContain('Convert it first, with: iconv -f UTF-16LE -t UTF-8');
    expect(status).toBe(1);
  });

  it('names a folder', () => {
    const { status, stdout, stderr } = run(dirname(writeInput('input', text)));
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^shardline: cannot read .*: (it is|illegal operation on) a directory\n/,
    );
    expect(status).toBe(1);
  });

  it('counts an empty file as nothing, or says that something is missing', () => {
    const { status, stdout, stderr } = runOn('');
    if (status === 0) {
      expect(stdout).toMatch(/^$|^There are no records|^0 records on|\n0 records on/);
      expect(stderr).toBe('');
    } else {
      expect(stdout).toBe('');
      expect(stderr).toMatch(/it is empty|got none/);
      expect(status).toBe(1);
    }
  });
});
