// `shardline route` as its users run it. Oracles: what the service returned on a real stream, and
// node:crypto with a scan over the ranges for the rest.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import recorded from '../recordings/data/put-record-hp-16.json';
import {
  expectedHashKey,
  expectedLine,
  expectedShardId,
  HP_16,
  type Run,
  runShardline,
  splitOutput,
  writeInput,
} from './command.ts';

const EMPTY =
  "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1";
const TOO_LONG =
  "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256";

function route(input: string | Uint8Array): Run {
  return runShardline(['route', '--shards', HP_16], input);
}

function joinLines(keys: readonly string[]): string {
  return keys.map((key) => `${key}\n`).join('');
}

describe('shardline route', () => {
  it('prints the shard, the hash key and the key of each line', () => {
    const run = runShardline(['route', '--shard-count', '3'], 'a\nb\ne\nf\n');
    expect(run).toEqual({
      status: 0,
      stdout: [
        'shardId-000000000000\t16955237001963240173058271559858726497\ta\n',
        'shardId-000000000001\t195289424170611159128911017612795795343\tb\n',
        'shardId-000000000002\t299611584147932843547128611849858313266\te\n',
        'shardId-000000000001\t190917122200326810055233066464581373159\tf\n',
      ].join(''),
      stderr: '',
    });
  });

  it('names the shard that the service put each record on', () => {
    const { status, stdout } = route(joinLines(recorded.map(({ PartitionKey }) => PartitionKey)));
    expect(status).toBe(0);
    const shardIds = splitOutput(stdout).map((line) => line.split('\t')[0]);
    expect(shardIds).toEqual(recorded.map(({ ShardId }) => ShardId));
  });

  it('prints one JSON object per line with --json', () => {
    const keys = ['a', 'say "hi"\\', 'tab\there', 'Zürich', '\u{1f600}', '\u0001\u0085\u2028'];
    const { status, stdout } = runShardline(
      ['route', '--json', '--shards', HP_16],
      joinLines(keys),
    );
    expect(status).toBe(0);
    expect(splitOutput(stdout).map((line) => JSON.parse(line))).toEqual(
      keys.map((partitionKey) => ({
        partitionKey,
        hashKey: `${expectedHashKey(partitionKey)}`,
        shardId: expectedShardId(partitionKey),
      })),
    );
  });

  it('reads a file, or standard input if the file is -', () => {
    const file = writeInput('keys.txt', 'a\nb\n');
    const expected = expectedLine('a') + expectedLine('b');
    expect(runShardline(['route', file, '--shards', HP_16], 'other\n').stdout).toBe(expected);
    expect(runShardline(['route', '-', '--shards', HP_16], 'a\nb\n').stdout).toBe(expected);
  });

  it('prints nothing for empty input', () => {
    expect(route('')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('splits lines at LF and CRLF only, and drops a byte order mark', () => {
    const keys = ['first', 'crlf', 'lone\rCR', 'a\u2028b\u2029c\u0085d\ve\ff', 'last'];
    expect(route('\ufefffirst\ncrlf\r\nlone\rCR\na\u2028b\u2029c\u0085d\ve\ff\nlast').stdout).toBe(
      keys.map(expectedLine).join(''),
    );
  });

  it('accepts 256 characters of any number of bytes', () => {
    const keys = ['x'.repeat(256), '\u{1f600}'.repeat(256), 'ü'.repeat(256)];
    expect(route(joinLines(keys)).stdout).toBe(keys.map(expectedLine).join(''));
  });

  it("skips invalid keys with the service's message, and exits with 1", () => {
    const long = 'é'.repeat(2_500_000);
    expect(
      route(`a\n\n${'x'.repeat(257)}\nb\n${'\u{1f600}'.repeat(257)}\n\r\n${long}\nc\n`),
    ).toEqual({
      status: 1,
      stdout: ['a', 'b', 'c'].map(expectedLine).join(''),
      stderr: [
        `shardline: line 2: ${EMPTY}\n`,
        `shardline: line 3: ${TOO_LONG}\n`,
        `shardline: line 5: ${TOO_LONG}\n`,
        `shardline: line 6: ${EMPTY}\n`,
        `shardline: line 7: ${TOO_LONG}\n`,
        'shardline: skipped 5 of 8 lines: expected one partition key per line, 1 to 256 characters of UTF-8\n',
      ].join(''),
    });
  });

  it.each([
    ['a byte that never occurs', '\xff', [2]],
    ['one character split over two lines', '\xc3\n\xa9', [2, 3]],
    ['a surrogate', '\xed\xa0\x80', [2]],
    ['an overlong form', '\xc0\xaf', [2]],
    ['a code point above U+10FFFF', '\xf4\x90\x80\x80', [2]],
  ])('skips lines that are not UTF-8, and no other: %s', (_, invalid, lineNumbers) => {
    const { status, stdout, stderr } = route(Buffer.from(`a\n${invalid}\nb\n`, 'latin1'));
    expect(stdout).toBe(expectedLine('a') + expectedLine('b'));
    expect(splitOutput(stderr).slice(0, -1)).toEqual(
      lineNumbers.map((lineNumber) => `shardline: line ${lineNumber}: not valid UTF-8`),
    );
    expect(status).toBe(1);
  });

  it('reports the first ten invalid lines, and counts the rest', () => {
    const { status, stderr } = route('\n'.repeat(1000));
    expect(splitOutput(stderr).slice(9)).toEqual([
      `shardline: line 10: ${EMPTY}`,
      'shardline: skipped 1000 of 1000 lines (the first 10 are shown): expected one partition key per line, 1 to 256 characters of UTF-8',
    ]);
    expect(status).toBe(1);
  });

  it('routes lines that span chunks', () => {
    // Chunks are 64 KiB (pipes) or 256 KiB (files). Lines of 9 to 19 bytes end at any distance from
    // their ends.
    const keys = Array.from({ length: 60_000 }, (_, i) => `€\u{1f600}${i}${'x'.repeat(i % 7)}`);
    const input = joinLines(keys);
    const expected = keys.map(expectedLine).join('');
    expect(route(input).stdout === expected).toBe(true);
    const file = writeInput('chunks.txt', input);
    expect(runShardline(['route', file, '--shards', HP_16]).stdout === expected).toBe(true);
  });

  it('keeps the CR of a last line without an LF', () => {
    expect(route('a\r\nb\r').stdout).toBe(expectedLine('a') + expectedLine('b\r'));
  });

  it('treats a lone byte order mark as empty input', () => {
    expect(route('\ufeff')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each([
    ['UTF-16LE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16BE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('reads %s with a byte order mark, as PowerShell writes it', (_, encode) => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `€\u{1f600}${i}`);
    const { stdout, stderr } = route(encode(keys.map((key) => `${key}\r\n`).join('')));
    expect(stdout === keys.map(expectedLine).join('')).toBe(true);
    expect(stderr).toBe('');
  });

  it.each([
    ['gzip', gzipSync('a\nb\n'), 'gzip'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00]), 'zstd'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00]), 'xz'],
  ])('names input that is compressed with %s', (_, bytes, tool) => {
    expect(route(bytes)).toEqual({
      status: 1,
      stdout: '',
      stderr: `shardline: cannot read standard input: it is compressed with ${tool}\nUnpack it first, with: ${tool} -dc\n`,
    });
    const file = writeInput('keys.z', bytes);
    expect(runShardline(['route', file, '--shard-count', '3']).stderr).toContain(
      `cannot read ${file}: it is compressed with ${tool}\nUnpack it first, with: ${tool} -dc ${file}\n`,
    );
  });

  it('reads keys that start as a compressed file does', () => {
    expect(route('(').stdout).toBe(expectedLine('('));
    expect(route('(a\n').stdout).toBe(expectedLine('(a'));
  });

  it('reads keys with NULs, and warns if the first line has one', () => {
    const stderr =
      'shardline: warning: line 1 has a NUL, but each line is read as a key; ' +
      "to read keys that are separated by NUL, convert them first, with: tr '\\0' '\\n'\n";
    for (const key of ['\0', 'a\0', 'a\0b', '\0a', 'a\0bc', '\0a\0\0']) {
      const stdout = expectedLine(key) + expectedLine('b');
      expect(route(`${key}\nb\n`)).toEqual({ status: 0, stdout, stderr });
    }
    expect(route('a\nb\0\n').stderr).toBe('');
    expect(route(Buffer.from('\0\xff', 'latin1')).stderr).not.toContain('NUL');
  });

  it('prints control characters in keys unchanged, except on a terminal', () => {
    const key = 'a\u001b]0;title\u0007\tb\u0085';
    expect(route(`${key}\n`).stdout).toBe(expectedLine(key));
  });

  it('escapes control characters in the name of a file', () => {
    expect(runShardline(['route', 'no\u001b[2J\nfile', '--shard-count', '3']).stderr).toBe(
      'shardline: cannot read no\\u001b[2J\\u000afile: no such file or directory\nPass a file of partition keys, one per line, or no file to read standard input.\n',
    );
  });

  it.each([
    ['missing.txt', 'no such file or directory'],
    ['test', 'illegal operation on a directory'],
    ["''", 'no such file or directory'],
  ])('exits with 1 if the keys cannot be read: %s', (file, reason) => {
    const path = file === "''" ? '' : file;
    expect(runShardline(['route', path, '--shard-count', '3'])).toEqual({
      status: 1,
      stdout: '',
      stderr: `shardline: cannot read ${file}: ${reason}\nPass a file of partition keys, one per line, or no file to read standard input.\n`,
    });
  });
});
