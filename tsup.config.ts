import { defineConfig } from 'tsup';

export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    treeshake: true,
    splitting: true,
    clean: true,
    tsconfig: 'src/tsconfig.json',
  },
]);
