// Why something of another site, of the hub or of a disk is not taken. Thrown by this folder, caught where it is decided
// what to do: nothing has changed by then. The codes are the appliance's.

export type Code =
    | 'malformed' | 'unsupported' | 'too_large' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'exhausted';

export class Refusal extends Error {
    constructor(readonly code: Code, message: string) {
        super(message);
    }
}
