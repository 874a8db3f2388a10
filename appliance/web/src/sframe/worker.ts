// The worker that every encoded frame of a page passes through: out of the encoder it is protected, before the decoder
// it is opened. Without a key nothing goes out and nothing is shown; a page cannot send in clear by mistake.

import type { MediaKind } from './frame';
import { Keyring, SendingKey, type Opening } from './keyring';

type Bytes = Uint8Array<ArrayBuffer>;

/** What the page tells the worker. Keys are copied in and wiped behind it by the page. */
export type Order =
    | { readonly do: 'send-under'; readonly kind: MediaKind; readonly kid: bigint; readonly key: Bytes }
    | { readonly do: 'send-nothing'; readonly kind: MediaKind }
    | { readonly do: 'receive-under'; readonly kid: bigint; readonly key: Bytes }
    | { readonly do: 'forget'; readonly kid: bigint; readonly inMs: number };

/** What the worker tells the page, twice a second while something moves. */
export interface Counts {
    readonly protected: Readonly<Record<MediaKind, number>>; // frames that went out
    readonly withheld: Readonly<Record<MediaKind, number>>; // for want of a key
    readonly openings: Readonly<Record<Opening, number>>; // of frames that came
}

/** What the page gives with `new RTCRtpScriptTransform(worker, ...)`. */
export interface Way {
    readonly direction: 'out' | 'in';
    readonly kind: MediaKind;
}

// Of the worker's global scope, which this project's pages otherwise do not know.
interface EncodedFrame {
    data: ArrayBuffer;
}
interface Transformer {
    readonly readable: ReadableStream<EncodedFrame>;
    readonly writable: WritableStream<EncodedFrame>;
    readonly options: Way;
}
declare const self: {
    onrtctransform: (event: { readonly transformer: Transformer }) => void;
    onmessage: (event: { readonly data: Order }) => void;
    postMessage: (counts: Counts) => void;
};

const kReportMs = 500;

const keys = new Keyring();
const senders = new Map<MediaKind, SendingKey>();
const counts = {
    protected: { audio: 0, video: 0 },
    withheld: { audio: 0, video: 0 },
    openings: { opened: 0, no_trailer: 0, unknown_key: 0, replayed: 0, not_authentic: 0 },
};
let moved = false;

async function out(kind: MediaKind, frame: EncodedFrame): Promise<boolean> {
    const sender = senders.get(kind);
    ++(sender === undefined ? counts.withheld : counts.protected)[kind];
    if (sender === undefined) return false;
    frame.data = (await sender.protect(kind, new Uint8Array(frame.data))).buffer;
    return true;
}

async function into(kind: MediaKind, frame: EncodedFrame): Promise<boolean> {
    const { opening, frame: opened } = await keys.open(kind, new Uint8Array(frame.data), performance.now());
    ++counts.openings[opening];
    if (opened === undefined) return false;
    frame.data = opened.buffer;
    return true;
}

self.onrtctransform = ({ transformer }) => {
    const { direction, kind } = transformer.options;
    const pass = direction === 'out' ? out : into;
    const stream = new TransformStream<EncodedFrame, EncodedFrame>({
        async transform(frame, controller) {
            moved = true;
            if (await pass(kind, frame)) controller.enqueue(frame);
        },
    });
    // Either end closes with its connection.
    transformer.readable.pipeThrough(stream).pipeTo(transformer.writable).catch(() => undefined);
};

async function obey(order: Order): Promise<void> {
    switch (order.do) {
        case 'send-under':
            senders.set(order.kind, await SendingKey.create(order.kid, order.key));
            break;
        case 'send-nothing':
            senders.delete(order.kind);
            break;
        case 'receive-under':
            await keys.add(order.kid, order.key);
            break;
        case 'forget':
            keys.expire(order.kid, performance.now() + order.inMs);
    }
}

// One after the other, as they were given: making a key takes a moment.
let obeyed: Promise<void> = Promise.resolve();
self.onmessage = ({ data }) => { obeyed = obeyed.then(() => obey(data)); };

setInterval(() => {
    keys.tick(performance.now());
    if (!moved) return;
    moved = false;
    self.postMessage(counts);
}, kReportMs);
