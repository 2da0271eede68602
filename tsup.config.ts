import { defineConfig } from 'tsup';
import { ENTRIES } from './tools/build/entries.ts';
import { keepConstants } from './tools/build/keep-constants.ts';
import { thirdPartyLicenses } from './tools/build/third-party-licenses.ts';

/** The JavaScript; tools/build/declarations.ts writes its declarations. */
export default defineConfig([
  {
    entry: ENTRIES.map((entry) => `src/${entry}.ts`),
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    treeshake: true,
    splitting: true,
    silent: true,
    sourcemap: true,
    // Both configurations build at once; each cleans what it writes. tools/kernel writes the module.
    clean: ['!cli/**', '!kernel.wasm'],
    tsconfig: 'src/tsconfig.json',
    plugins: [keepConstants],
    esbuildOptions: (options) => {
      // The package has src.
      options.sourcesContent = false;
    },
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
