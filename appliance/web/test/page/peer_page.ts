// Run inside a page of the mock hub, by page.evaluate: each function must stand alone, and shares only `window`.

interface Peer {
    pc: RTCPeerConnection;
    offer: string;
}

type PeerWindow = Window & { peers?: Map<string, Peer> };

export async function answerOffer(
    args: { id: string; offer: string; source: boolean; pictureless: number[] },
): Promise<string> {
    const shared = window as PeerWindow;
    shared.peers ??= new Map();
    const pc = new RTCPeerConnection();
    shared.peers.set(args.id, { pc, offer: args.offer });
    await pc.setRemoteDescription({ type: 'offer', sdp: args.offer });
    if (args.source) {
        const transceivers = pc.getTransceivers();
        const audio = new AudioContext();
        for (let slot = 0; slot < Math.min(3, transceivers.length / 2); ++slot) {
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
            const tracks = [out.stream.getAudioTracks()[0], stream.getVideoTracks()[0]];
            for (const [index, track] of tracks.entries()) {
                const transceiver = transceivers[2 * slot + index];
                if (transceiver === undefined || track === undefined) continue;
                if (track.kind === 'video' && args.pictureless.includes(slot)) continue;
                transceiver.direction = 'sendonly';
                transceiver.sender.setStreams(stream);
                await transceiver.sender.replaceTrack(track);
            }
        }
    }
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
