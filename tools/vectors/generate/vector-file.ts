/**
 * A file of vectors: what it is, where its facts come from, and the cases.
 *
 * @module
 */

/** Raised whenever a member of a case changes its name or its meaning. */
const SCHEMA_VERSION = 1;

/** A JSON object. */
export type Case = Readonly<Record<string, unknown>>;

export interface VectorFile {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  /** Members that hold for every case, for example whose stream it is. */
  readonly setting?: Case;
  readonly cases: readonly Case[];
}

/**
 * The file as text: one case a line, so that a changed case is a changed line; in ASCII, so that no
 * reader needs to guess an encoding.
 */
export function writeVectorFile({ description, source, setting, cases }: VectorFile): string {
  const head = { version: SCHEMA_VERSION, description, source, ...setting };
  const members = Object.entries(head).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  const lines = cases.map((one) => `    ${JSON.stringify(one)}`);
  const text = ['{', ...members, '  "cases": [', lines.join(',\n'), '  ]', '}', ''].join('\n');
  return text.replace(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
