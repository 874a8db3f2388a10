// What a page and its worker tell each other.

import type { MediaKind } from './frame';
import type { Opening } from './keyring';

type Bytes = Uint8Array<ArrayBuffer>;

export interface SendingOrder {
    readonly kind: MediaKind;
    readonly kid: bigint;
    readonly key: Bytes;
}
export interface ReceivingOrder extends SendingOrder {
    /** Whose frames are under this key, and nobody else's. */
    readonly sender: string;
}

export type Order =
    /** The keys of an epoch: those to receive under hold at once, those to send under after its switch. */
    | {
        readonly do: 'take'; readonly epoch: number; readonly send: readonly SendingOrder[];
        readonly receive: readonly ReceivingOrder[];
    }
    /** Send under this epoch's keys; those of before open for `oldMs` what is on its way. */
    | { readonly do: 'switch'; readonly epoch: number; readonly oldMs: number }
    /** Nothing goes out while held, whatever keys there are. */
    | { readonly do: 'hold'; readonly held: boolean }
    /** Who sits in each slot of the way down, as the hub says it. */
    | { readonly do: 'seat'; readonly people: readonly (string | null)[] }
    /** No keys any more; an epoch that was taken does not come back. */
    | { readonly do: 'forget' };

/** What the page gives with `new RTCRtpScriptTransform(worker, ...)`. */
export type Way =
    | { readonly direction: 'out'; readonly kind: MediaKind; readonly connection: number }
    | { readonly direction: 'in'; readonly kind: MediaKind; readonly slot: number };

export interface Counts {
    readonly protected: Readonly<Record<MediaKind, number>>; // frames that went out
    readonly withheld: Readonly<Record<MediaKind, number>>; // for want of a key
    readonly openings: Readonly<Record<Opening, number>>; // of frames that came
}

export type Report =
    | { readonly say: 'taken'; readonly epoch: number }
    /** The first frame of this kind and connection went out protected: the transform really runs. */
    | { readonly say: 'protecting'; readonly kind: MediaKind; readonly connection: number }
    /** There is no key of this kind any more. */
    | { readonly say: 'withholding'; readonly kind: MediaKind }
    /** Twice a second while something moves. `unavailable`: slots from which only frames come that nobody can open. */
    | { readonly say: 'counts'; readonly counts: Counts; readonly unavailable: readonly number[] };
