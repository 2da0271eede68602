/** A folder of a user: the packed package, other packages beside it, and the self-check. */

import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

const INSTALL_MS = 300_000;
const RUN_MS = 180_000;

/** Runs a program and returns what it prints. */
export async function run(
  folder: string,
  program: string,
  args: readonly string[],
  timeout = RUN_MS,
): Promise<string> {
  // On Windows, npm is a shell script.
  const shell = process.platform === 'win32' && program === 'npm';
  const options = { cwd: folder, timeout, shell, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(program, [...args], options);
  return stdout;
}

export class Place {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Installs the tarball and `packages` in a new folder. */
  static async create(tarball: string, packages: readonly string[] = []): Promise<Place> {
    const place = new Place(mkdtempSync(join(tmpdir(), 'shardline-runtime-')));
    place.write('package.json', '{ "private": true }\n');
    copyFileSync(join(import.meta.dirname, 'self-check.ts'), join(place.folder, 'self-check.ts'));
    const offline = packages.length === 0 ? ['--offline'] : [];
    const options = ['--no-audit', '--no-fund', ...offline];
    const args = ['install', ...options, tarball, ...packages];
    await run(place.folder, 'npm', args, INSTALL_MS);
    return place;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** The version of an installed package. */
  versionOf(name: string): string {
    return JSON.parse(this.read(`node_modules/${name}/package.json`)).version;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Returns the self-check as a module that imports the installed package. */
  asModule(format: 'esm' | 'cjs'): Promise<string> {
    return this.#compile({ format, packages: 'external', platform: 'neutral' });
  }

  /** Returns the self-check and the package as one module. */
  bundleModule(): Promise<string> {
    return this.#compile({ format: 'esm' });
  }

  /** Returns the self-check and the package as one script, which declares `check`. */
  bundleScript(): Promise<string> {
    return this.#compile({ format: 'iife', globalName: 'check' });
  }

  async #compile(options: BuildOptions): Promise<string> {
    const { outputFiles } = await build({
      absWorkingDir: this.folder,
      entryPoints: ['self-check.ts'],
      bundle: true,
      write: false,
      target: 'es2022',
      supported: { 'import-attributes': true },
      logLevel: 'error',
      ...options,
    });
    return outputFiles![0]!.text;
  }
}
