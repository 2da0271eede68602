/**
 * The package that users get: the packed tarball, installed in an empty folder.
 *
 * @module
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, root } from '../support/repository.ts';

interface Manifest {
  readonly version: string;
  readonly bin?: Record<string, string>;
  readonly exports: Record<string, unknown>;
}

export const manifest: Manifest = readJson<Manifest>('package.json');

/** The public entries, as users import them. */
export const entries: readonly string[] = Object.keys(manifest.exports)
  .filter((entry) => !/\.(json|wasm)$/.test(entry))
  .map((entry) => entry.replace('.', 'shardline'));

/** Returns the name of an entry's files in src and dist, without the extension. */
export function moduleNameOf(entry: string): string {
  return entry === 'shardline' ? 'index' : entry.slice('shardline/'.length);
}

/** Some results of each entry, as an expression over it. Every build must give the same. */
export const RESULTS: Readonly<Record<string, string>> = {
  shardline: `[
    all.hashPartitionKey('日本語'),
    all.parseHashKey('0x10'),
    all.parseHashKey('42'),
    all.formatHashKey(all.HASH_KEY_MAX),
    all.createUniformShardMap(3).shards,
    all.createUniformShardMap(3).locateRecord({ PartitionKey: 'e' }),
    all.createShardMap([]),
  ]`,
  'shardline/aggregation': `[
    all.aggregateRecords([]),
    all.aggregateRecords(['a', 'b'].map((key) => ({ Data: new Uint8Array(2), PartitionKey: key }))),
    all.deaggregateRecord({ Data: Uint8Array.of(1), PartitionKey: 'a' }),
  ]`,
  'shardline/batch': `[
    all.hashPartitionKeys(['a', 'b', 'c', 'd', 'e', '日本語']),
    all.kernel,
    all.createBatchRouter({
      shards: [
        {
          shardId: 'shardId-000000000000',
          shardIndex: 0,
          startingHashKey: 0n,
          endingHashKey: 2n ** 127n - 1n,
        },
        {
          shardId: 'shardId-000000000001',
          shardIndex: 1,
          startingHashKey: 2n ** 127n,
          endingHashKey: 2n ** 128n - 1n,
        },
      ],
    }).route(['a', 'b', 'c', 'd', 'e', '日本語']),
  ]`,
  'shardline/producer': `[
    all.planRequests([{ Data: new Uint8Array(2), PartitionKey: 'a' }, { PartitionKey: 'b' }]),
    all.findPartitionKey({ startingHashKey: 0n, endingHashKey: 2n ** 120n }),
  ]`,
  'shardline/load': `[
    all.adviseSplit([{ hashKey: 5n, weight: 1 }, { hashKey: 9n, weight: 2 }], {
      startingHashKey: 0n,
      endingHashKey: 99n,
    }),
    all.balanceRanges([{ hashKey: 5n, weight: 1 }, { hashKey: 9n, weight: 2 }], 2),
    all.adviseShardCount([{ hashKey: 5n, weight: 1 }], 4, 1),
  ]`,
};

/** On Windows, npm and the commands of packages are shell scripts. */
const shell = process.platform === 'win32';

/** Runs a program and returns its output. @throws {Error} With all it printed, if it fails. */
export function run(cwd: string, command: string, ...args: readonly string[]): string {
  const isNode = command === process.execPath;
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
      shell: shell && !isNode,
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** A packed package. */
export interface PackedPackage {
  readonly tarball: string;
  /** The files in the tarball, as sorted paths. */
  readonly packed: readonly string[];
}

/** The package in a temporary folder, which the caller deletes. */
export interface InstalledPackage extends PackedPackage {
  /** A project whose only package is this one. */
  readonly folder: string;
}

/** Packs the current build into a folder, without building it again. */
export function packPackage(folder: string): PackedPackage {
  const [report] = JSON.parse(
    run(root, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  ) as { filename: string; files: { path: string }[] }[];
  const packed = report!.files.map(({ path }) => path).sort();
  return { tarball: join(folder, report!.filename), packed };
}

/** Packs the current build and installs the tarball. */
export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'shardline-package-'));
  const { tarball, packed } = packPackage(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run(
    folder,
    ...['npm', 'install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'],
    tarball,
  );
  return { folder, tarball, packed };
}
