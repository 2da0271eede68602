import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: {
      'shardline/aggregation': fileURLToPath(new URL('src/aggregation.ts', import.meta.url)),
      'shardline/producer': fileURLToPath(new URL('src/producer.ts', import.meta.url)),
      'shardline/batch': fileURLToPath(new URL('src/batch.ts', import.meta.url)),
      'shardline/load': fileURLToPath(new URL('src/load.ts', import.meta.url)),
      shardline: fileURLToPath(new URL('src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // The files share the modules of their worker: no test may change one, or a global, for good.
    // With a module graph per file, imports cost more than half of the time of the run.
    isolate: false,
    maxWorkers: '100%',
  },
});
