// The output on a terminal fits its width, and untrusted text cannot control the terminal.
import { describe, expect, it } from 'vitest';
import { expectedHashKey, runScript, splitOutput, writeInput } from './command.ts';

const UTF_8 = 'en_US.UTF-8';

// `script` of util-linux makes the terminal.
describe.skipIf(process.platform !== 'linux')('on a terminal', () => {
  it.each([
    [200, UTF_8, '█'.repeat(40)],
    [73, UTF_8, '█'.repeat(40)],
    [72, UTF_8, '█'.repeat(39)],
    [40, UTF_8, '█'.repeat(7)],
    [38, UTF_8, '█'.repeat(5)],
    [32, UTF_8, ''],
    // A terminal that does not know its width.
    [0, UTF_8, '█'.repeat(40)],
    [80, 'C', '#'.repeat(40)],
    [80, 'de_DE.ISO-8859-1', '#'.repeat(40)],
    [80, 'C.utf8', '█'.repeat(40)],
  ])('a chart fits %d columns, in the locale %s', (columns, locale, bar) => {
    const terminal = { columns, locale };
    const { status, stdout } = runScript("printf 'a\\na\\n' | shardline spread --shard-count 4", {
      terminal,
    });
    const lines = splitOutput(stdout);
    expect(lines[0]).toBe(`shardId-000000000000  2  100.00% ${bar}`.trimEnd());
    if (columns > 0) {
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    }
    expect(lines.slice(4).join(' ')).toBe(
      '2 records on 4 open shards, 0.5 on average; the busiest, shardId-000000000000, has 4.00 times the average',
    );
    expect(status).toBe(0);
  });

  it('control characters in keys are escaped', () => {
    const key = 'a\u001b]0;t\u0007\u009b2J\u202eb\tÜ';
    const shown = 'a\\u001b]0;t\\u0007\\u009b2J\\u202eb\\u0009Ü';
    const terminal = { columns: 200, locale: UTF_8 };
    const file = writeInput('controls.txt', key);
    const line = `shardline route ${file} --shard-count 1`;
    const hashKey = `${expectedHashKey(key)}`;
    const shardId = 'shardId-000000000000';
    expect(runScript(line, { terminal }).stdout).toBe(`${shardId}\t${hashKey}\t${shown}\n`);
    const { stdout } = runScript(`${line} --json`, { terminal });
    expect(stdout).toContain(shown.replace('\\u0009', '\\t'));
    expect(JSON.parse(stdout)).toEqual({ partitionKey: key, hashKey, shardId });
    expect(runScript(line).stdout).toBe(`${shardId}\t${hashKey}\t${key}\n`);
  });

  it.each([
    ['decode', 'sequence numbers'],
    ['route --shard-count 1', 'partition keys'],
    ['spread --shard-count 1', 'partition keys'],
  ])('%s says what it waits for', (args, what) => {
    const terminal = { columns: 80, locale: UTF_8 };
    const prompt = `shardline: reading ${what}, one per line, from the terminal; end with Ctrl-D\n`;
    expect(runScript(`shardline ${args}`, { terminal }).stdout).toContain(prompt);
    expect(runScript(`shardline ${args} -`, { terminal }).stdout).not.toContain('reading');
    expect(runScript(`shardline ${args} < /dev/null`, { terminal }).stdout).not.toContain(
      'reading',
    );
  });
});
