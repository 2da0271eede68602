// The command under load: constant memory, backpressure, and readers that close the pipe.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { commandPath } from './command.ts';

/** Prints the peak memory of the process in KiB when it exits. */
const REPORT_MEMORY =
  'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

const CHUNK = Buffer.from(Array.from({ length: 4096 }, (_, i) => `user-${i + 10_000}\n`).join(''));

/** Writes a chunk `count` times, as fast as the child reads. */
async function feed(child: ChildProcess, chunk: Uint8Array, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (!child.stdin!.write(chunk)) await once(child.stdin!, 'drain');
  }
  child.stdin!.end();
}

async function measurePeakMiB(args: string[], chunk: Uint8Array, count: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', REPORT_MEMORY, commandPath, ...args]);
  let report = '';
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text) => {
    report += text;
  });
  const exit = once(child, 'close');
  await feed(child, chunk, count);
  await exit;
  return Number(report.trimEnd().split('\n').at(-1)) / 1024;
}

describe('memory', () => {
  it('does not grow with the number of keys', async () => {
    // 50 MB in, 250 MB out.
    const chunks = Math.ceil(50e6 / CHUNK.length);
    const args = ['route', '--shard-count', '16'];
    expect(await measurePeakMiB(args, CHUNK, chunks)).toBeLessThan(200);
  });

  it('does not grow with the length of a line', async () => {
    const line = Buffer.alloc(1 << 20, 'x');
    const args = ['route', '--shard-count', '16'];
    expect(await measurePeakMiB(args, line, 300)).toBeLessThan(200);
  });
});

describe('output', () => {
  it('stops reading input while nobody reads the output', async () => {
    const child = spawn(process.execPath, [commandPath, 'route', '--shard-count', '16']);
    child.stdin.on('error', () => {});
    let taken = 0;
    let isStalled = false;
    while (!isStalled && taken < 64e6) {
      taken += CHUNK.length;
      if (child.stdin.write(CHUNK)) continue;
      const patience = AbortSignal.timeout(1500);
      isStalled = await once(child.stdin, 'drain', { signal: patience }).then(
        () => false,
        () => true,
      );
    }
    child.kill();
    expect(isStalled).toBe(true);
    expect(taken).toBeLessThan(8e6);
  });

  it('ends the command without an error when the reader closes the pipe', async () => {
    for (const args of [
      ['route', '--shard-count', '16'],
      ['route', '--json', '--shard-count', '16'],
    ]) {
      const child = spawn(process.execPath, [commandPath, ...args]);
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text;
      });
      // The command exits while input is still being written.
      child.stdin.on('error', () => {});
      const writing = setInterval(() => child.stdin.write(CHUNK), 1);
      await once(child.stdout, 'data');
      child.stdout.destroy();
      const [status] = await once(child, 'close');
      clearInterval(writing);
      expect(stderr).toBe('');
      expect(status).toBe(0);
    }
  });

  it('has each line as soon as its key is read', async () => {
    const child = spawn(process.execPath, [commandPath, 'route', '--shard-count', '16']);
    const exit = once(child, 'close');
    for (const key of ['a', 'b']) {
      child.stdin.write(`${key}\n`);
      const [text] = await once(child.stdout.setEncoding('utf8'), 'data');
      expect(text).toMatch(new RegExp(`\t${key}\n$`));
    }
    child.stdin.end();
    expect((await exit)[0]).toBe(0);
  });
});
