/** The packed package on the runtimes that need nothing but the devDependencies. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packPackage } from './installed-package.ts';
import { Place } from './runtimes/place.ts';
import { LIGHT_RUNTIMES } from './runtimes/runtimes.ts';

let place: Place;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shardline-runtimes-'));
  place = await Place.create(packPackage(folder).tarball);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

afterAll(() => place.remove());

describe('the self-check', () => {
  it.each(LIGHT_RUNTIMES)('passes on $name', async (runtime) => {
    const { report } = await runtime.run(place, 0);
    expect(report).toMatchObject({ wrong: [], kernel: runtime.kernel });
  });

  it('passes where BigInt.asUintN is wrong, as in QuickJS', async () => {
    const context = createContext({ TextEncoder });
    runInContext('BigInt.asUintN = BigInt.asIntN;', context);
    runInContext(await place.bundleScript(), context);
    const { wrong } = await runInContext('check.selfCheck(() => 0, 0)', context);
    expect([...wrong]).toEqual([]);
  });
});
