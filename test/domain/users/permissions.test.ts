import { expect, it } from 'vitest';
import { ACTIONS, can, ROLES } from '../../../domain/users/permissions.ts';

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
