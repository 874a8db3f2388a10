// What an SFrame key identifier (KID) of ours says: in which epoch, of which sender's place, for sound or picture. See
// appliance/base/key_number.h, with the same vectors. JSON carries it as a number, so it stays below 2^53.

import type { MediaKind } from '../sframe/frame';

export interface KeyNumber {
    readonly epoch: number;
    readonly slot: number;
    readonly kind: MediaKind;
}

const kSlots = 64;

export const kidOf = ({ epoch, slot, kind }: KeyNumber): number =>
    epoch * 2 * kSlots + slot * 2 + (kind === 'video' ? 1 : 0);

export const keyNumberOf = (kid: number): KeyNumber => ({
    epoch: Math.floor(kid / (2 * kSlots)),
    slot: Math.floor(kid / 2) % kSlots,
    kind: kid % 2 === 1 ? 'video' : 'audio',
});
