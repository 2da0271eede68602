import { defineConfig } from 'tsup';
import { keepConstants } from './tools/build/keep-constants.ts';
import { thirdPartyLicenses } from './tools/build/third-party-licenses.ts';

export default defineConfig([
  {
    entry: { index: 'src/index.ts', batch: 'src/batch.ts' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    treeshake: true,
    splitting: true,
    silent: true,
    // Both configurations build at once; each cleans what it writes.
    clean: ['!cli/**'],
    tsconfig: 'src/tsconfig.json',
    plugins: [keepConstants],
  },
  {
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: ['cjs'],
    target: 'node20',
    platform: 'node',
    noExternal: [/./],
    clean: true,
    silent: true,
    tsconfig: 'tsconfig.json',
    esbuildPlugins: [thirdPartyLicenses('dist/cli/THIRD-PARTY-LICENSES')],
  },
]);
