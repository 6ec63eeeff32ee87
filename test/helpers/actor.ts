import { commandActor } from '../../domain/audit/index.ts';

/** Who does things in tests that are not about who does them. */
export const TEST_ACTOR = commandActor('test');
