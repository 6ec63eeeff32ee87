import { expect, it } from 'vitest';
import { ACTIONS, can, reaches, ROLES } from '../../../domain/users/permissions.ts';

it('gives each wider role everything the narrower one has', () => {
  for (const action of ACTIONS) {
    for (const [index, role] of ROLES.entries()) {
      const narrower = ROLES[index + 1];
      if (narrower !== undefined && can(narrower, action))
        expect({ action, role, can: can(role, action) }).toEqual({ action, role, can: true });
    }
  }
});

it('lets an agent see calls and not the settings', () => {
  expect(can('agent', 'calls.read')).toBe(true);
  expect(can('agent', 'settings.read')).toBe(false);
  expect(can('agent', 'settings.write')).toBe(false);
});

it('leaves the limits to a system administrator', () => {
  expect(ROLES.filter((role) => can(role, 'limits.write'))).toEqual(['system_admin']);
});

it('reaches beyond the business one works in for nobody but a system administrator', () => {
  for (const action of ACTIONS) {
    expect({ action, any: ROLES.filter((role) => can(role, action, 'any')) }).toEqual({
      action,
      any: ['system_admin'],
    });
  }
});

it('lets a role manage its like and narrower ones, and nobody wider', () => {
  expect(ROLES.filter((other) => reaches('admin', other))).toEqual(['admin', 'agent']);
  expect(reaches('owner', 'owner')).toBe(true);
  expect(reaches('agent', 'owner')).toBe(false);
});
