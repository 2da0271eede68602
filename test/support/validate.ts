/** Validation of a request as every operation does it: on a copy. */

import { copyRequest } from '../../src/api/copy-request.ts';
import type { OperationName, RequestLimits } from '../../src/api/service-model.ts';
import { validateRequest } from '../../src/api/validate-request.ts';
import type { Violation } from '../../src/base/violation.ts';

/** Returns the violations in a request of any form. */
export function validate(
  operation: OperationName,
  request: unknown,
  limits: RequestLimits,
): readonly Violation[] {
  return validateRequest(operation, copyRequest(operation, request as object), limits);
}
