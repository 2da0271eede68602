/**
 * The option `--stream-name`, which goes into printed commands.
 *
 * @module
 */

import { InvalidArgumentError, Option } from 'commander';

/**
 * Creates the option. It accepts the names that the service does (docs/facts.md#stream-name-form).
 */
export function streamNameOption(): Option {
  return new Option('--stream-name <name>', 'the stream in the commands').argParser((name) => {
    if (/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) return name;
    throw new InvalidArgumentError(
      'Expected 1 to 128 letters, digits, underscores, hyphens and periods.',
    );
  });
}
