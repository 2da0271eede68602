/**
 * The operations on the resource policies of streams and consumers. A policy is stored as given,
 * and nothing enforces it.
 *
 * @module
 */

import type {
  GetResourcePolicyOutput,
  PutResourcePolicyInput,
  ResourceInput,
} from '../api/account-types.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import type { EmptyOutput } from '../stream/stream.ts';
import type { AccountState } from './account-state.ts';
import { requireResource } from './resource.ts';

/** Answers PutResourcePolicy. */
export function putResourcePolicy(
  state: AccountState,
  request: PutResourcePolicyInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireResource(state, 'PutResourcePolicy', request, nowMs);
  if (!found.ok) return found;
  const { resource } = found.value;
  if (resource.policy !== request.Policy) {
    resource.policy = request.Policy;
    state.revision++;
  }
  return ok({});
}

/**
 * Answers GetResourcePolicy. How the service responds for a resource without a policy is not known
 * (docs/known-gaps.md#policy-missing).
 */
export function getResourcePolicy(
  state: AccountState,
  request: ResourceInput,
  nowMs: number,
): Result<GetResourcePolicyOutput> {
  const found = requireResource(state, 'GetResourcePolicy', request, nowMs);
  if (!found.ok) return found;
  const { policy } = found.value.resource;
  return policy === undefined
    ? refuse('ResourceNotFoundException', `Resource ${request.ResourceARN} has no policy.`)
    : ok({ Policy: policy });
}

/** Answers DeleteResourcePolicy. It accepts a resource without a policy. */
export function deleteResourcePolicy(
  state: AccountState,
  request: ResourceInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireResource(state, 'DeleteResourcePolicy', request, nowMs);
  if (!found.ok) return found;
  const { resource } = found.value;
  if (resource.policy !== undefined) {
    resource.policy = undefined;
    state.revision++;
  }
  return ok({});
}
