// Who interprets, as the record names them: whoever has been let in from afar, or else the one in the room. Pure.

import type { Person } from './answers';

export function interpreterOf(people: readonly Person[], inTheRoom: string): string {
    const afar = people.find(({ role, place }) => role === 'interpreter' && place === 'admitted');
    return afar === undefined ? inTheRoom.trim() : `interpreter ${afar.id.slice(0, 8)}`;
}
