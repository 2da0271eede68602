/** The exports of the package, by name: each is a file of src and a module of dist. */

import manifest from '../../package.json' with { type: 'json' };

/** The entries of package.json that are code: `index` is '.', `batch` is './batch'. */
export const ENTRIES: readonly string[] = Object.keys(manifest.exports)
  .filter((path) => !/\.(json|wasm)$/.test(path))
  .map((path) => (path === '.' ? 'index' : path.slice('./'.length)));
