/**
 * The exit codes of the command.
 *
 * @module
 */

/** All input was processed. */
export const EXIT_OK = 0;

/** Input is invalid or cannot be read, or the output cannot be written. */
export const EXIT_BAD_INPUT = 1;

/** The arguments are invalid. Nothing was read. */
export const EXIT_BAD_USAGE = 2;
