// One judgement for all: it stands with the pages' own tests, where axe-core is found.
export { kTouchTarget, mustBeAccessible, shortcomings } from '../../appliance/web/test/support/accessible.mjs';
