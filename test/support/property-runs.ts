/** FC_NUM_RUNS sets the number of runs of each property; fast-check's default is 100. */

import fc from 'fast-check';

const runs = process.env['FC_NUM_RUNS'];
if (runs !== undefined) fc.configureGlobal({ numRuns: Number(runs) });
