// Run inside a page of the mock hub, by page.evaluate: each function must stand alone, and shares only `window`.
// Stands for the hub's media side and for the other people: what they send is protected, each by a worker of their own,
// and what the tested page sends is opened here.

interface Peer {
    pc: RTCPeerConnection;
    offer: string;
}
/** A sender's keys, in the mock kiosk's form. */
interface PeerKey {
    sender: string; kind: 'audio' | 'video'; kid: number; key: string;
}
export interface PeerKeys {
    epoch: number; keys: PeerKey[]; self: string; slots: (string | null)[];
}

type PeerWindow = Window & {
    peers?: Map<string, Peer>;
    workerUrl?: string;
    keys?: PeerKeys;
    senders?: Map<number, Worker>; // by slot
    receiver?: Worker;
    received?: unknown;
    giveKeys?: (worker: Worker, mine: (key: PeerKey) => boolean, to: 'send' | 'receive') => void;
};

/** The worker of the pages themselves, which has its own tests. */
export function preparePeers(workerUrl: string): void {
    const shared = window as PeerWindow;
    shared.workerUrl = workerUrl;
    shared.senders = new Map();
    shared.receiver = new Worker(workerUrl);
    shared.receiver.onmessage = ({ data }) => {
        if (data.say === 'counts') shared.received = data.counts;
    };
    shared.giveKeys = (worker, mine, to) => {
        const { epoch, keys } = shared.keys ?? { epoch: 0, keys: [] };
        const list = keys.filter(mine).map(({ sender, kind, kid, key }) => ({
            sender, kind, kid: BigInt(kid),
            key: Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)),
        }));
        worker.postMessage({ do: 'take', epoch, send: [], receive: [], [to]: list });
        worker.postMessage({ do: 'switch', epoch, oldMs: 0 });
    };
}

export function setPeerKeys(keys: PeerKeys): void {
    const shared = window as PeerWindow;
    shared.keys = keys;
    for (const [slot, worker] of shared.senders ?? []) shared.giveKeys?.(worker, (key) => key.sender === keys.slots[slot], 'send');
    shared.receiver?.postMessage({ do: 'seat', people: [keys.self] });
    if (shared.receiver !== undefined) shared.giveKeys?.(shared.receiver, (key) => key.sender === keys.self, 'receive');
}

/** What came of the tested page's frames. */
export const receivedCounts = (): unknown => (window as PeerWindow).received;

export async function answerOffer(args: {
    id: string; offer: string; source: boolean; pictureless: number[];
    /** Who sends in each slot; and who sends in clear, as a broken or hostile one might. */
    slots: (string | null)[]; clear: string[];
}): Promise<string> {
    const shared = window as PeerWindow;
    shared.peers ??= new Map();
    const pc = new RTCPeerConnection();
    shared.peers.set(args.id, { pc, offer: args.offer });
    if (!args.source) {
        pc.ontrack = ({ receiver, track }) => {
            if (shared.receiver !== undefined)
                receiver.transform = new RTCRtpScriptTransform(shared.receiver, { direction: 'in', kind: track.kind, slot: 0 });
        };
    } else {
        // Senders and their transforms are there before the offer: on those that it makes, they would not run.
        const audio = new AudioContext();
        const without: RTCRtpSender[] = [];
        for (let slot = 0; slot < 3; ++slot) {
            const canvas = document.createElement('canvas');
            canvas.width = 640;
            canvas.height = 360;
            const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
            let frame = 0;
            const draw = (): void => {
                pen.fillStyle = `hsl(${slot * 110 + 190} 25% 42%)`;
                pen.fillRect(0, 0, 640, 360);
                pen.fillStyle = '#e8cdb5';
                pen.beginPath();
                pen.arc(320 + 6 * Math.sin(frame / 9), 150, 62, 0, 7);
                pen.fill();
                pen.fillStyle = `hsl(${slot * 110 + 20} 30% 30%)`;
                pen.beginPath();
                pen.ellipse(320, 340, 150, 110, 0, 0, 7);
                pen.fill();
                ++frame;
            };
            setInterval(draw, 50);
            const stream = canvas.captureStream(20);
            const tone = new OscillatorNode(audio, { frequency: 220 + 110 * slot });
            const out = audio.createMediaStreamDestination();
            tone.connect(out);
            tone.start();
            const person = args.slots[slot] ?? '';
            let worker = shared.senders?.get(slot);
            if (worker === undefined) {
                worker = new Worker(shared.workerUrl ?? '');
                shared.senders?.set(slot, worker);
                shared.giveKeys?.(worker, (key) => key.sender === person, 'send');
            }
            for (const track of [...out.stream.getAudioTracks(), ...stream.getVideoTracks()]) {
                const sender = pc.addTrack(track, stream);
                if (!args.clear.includes(person))
                    sender.transform = new RTCRtpScriptTransform(worker, { direction: 'out', kind: track.kind, connection: 1 });
                if (track.kind === 'video' && args.pictureless.includes(slot)) without.push(sender);
            }
        }
        await Promise.all(without.map((sender) => sender.replaceTrack(null)));
    }
    await pc.setRemoteDescription({ type: 'offer', sdp: args.offer });
    await pc.setLocalDescription(await pc.createAnswer());
    if (pc.iceGatheringState !== 'complete')
        await new Promise<void>((done) => {
            pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
        });
    return pc.localDescription?.sdp ?? '';
}

/** Undefined: there is no such peer. */
export async function restartIce(args: { id: string; fragment: string }): Promise<string | undefined> {
    const peer = (window as PeerWindow).peers?.get(args.id);
    if (peer === undefined) return undefined;
    const line = (name: string): string => args.fragment.match(new RegExp(`a=${name}:.*`))?.[0].trim() ?? '';
    // `.` does not match a carriage return, so the line ends stay.
    peer.offer = peer.offer
        .replace(/a=ice-ufrag:.*/g, line('ice-ufrag'))
        .replace(/a=ice-pwd:.*/g, line('ice-pwd'));
    await peer.pc.setRemoteDescription({ type: 'offer', sdp: peer.offer });
    await peer.pc.setLocalDescription(await peer.pc.createAnswer());
    if (peer.pc.iceGatheringState !== 'complete')
        await new Promise<void>((done) => {
            peer.pc.onicegatheringstatechange = () => peer.pc.iceGatheringState === 'complete' && done();
        });
    const lines = (peer.pc.localDescription?.sdp ?? '').split('\r\n');
    const first = (prefix: string): string => lines.find((found) => found.startsWith(prefix)) ?? '';
    return [
        first('m='), first('a=mid:'), first('a=ice-ufrag:'), first('a=ice-pwd:'),
        ...lines.filter((found) => found.startsWith('a=candidate:')), '',
    ].join('\r\n');
}

export function dropAll(): void {
    const shared = window as PeerWindow;
    for (const peer of shared.peers?.values() ?? []) peer.pc.close();
    shared.peers?.clear();
}
