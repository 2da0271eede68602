/**
 * The format of a vector file.
 *
 * @module
 */

/** Raise it when a member of a case changes its name or meaning. */
const SCHEMA_VERSION = 1;

/** A case: a JSON object. */
export type Case = Readonly<Record<string, unknown>>;

/** The content of a vector file. */
export interface VectorFile {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  /** Members that hold for every case, such as the account. */
  readonly setting?: Case;
  readonly cases: readonly Case[];
}

/**
 * Returns the text of the file. Each case is one line, so that a changed case is a changed line. It
 * is ASCII, so that no reader needs to guess an encoding.
 */
export function formatVectorFile({ description, source, setting, cases }: VectorFile): string {
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
