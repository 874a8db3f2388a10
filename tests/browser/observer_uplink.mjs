// The ways in which an observer could try to be seen or heard. Each returns nothing when it was refused, and throws
// when it was not.

/** A WHIP publication with the observer's login: 403. */
export async function tryWhip(page) {
    const status = await page.evaluate(async () => (await fetch('/v1/whip', {
        method: 'POST', body: 'v=0\r\n',
        headers: { 'sightline-page': 'observer', 'content-type': 'application/sdp' },
    })).status);
    if (status !== 403) throw new Error(`an observer's WHIP was answered ${status}, not 403`);
}

/** Saying on the control socket that it publishes: error 403. */
export async function tryControl(page) {
    const answer = await page.evaluate(async () => {
        const reply = await fetch('/v1/tickets', { method: 'POST', headers: { 'sightline-page': 'observer' } });
        const { ticket } = await reply.json();
        return new Promise((done) => {
            const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/v1/control`);
            const finish = (text) => {
                socket.close();
                done(text);
            };
            setTimeout(() => finish('silence'), 5000);
            socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', ticket }));
            socket.onclose = (event) => finish(`close ${event.code}`);
            socket.onmessage = ({ data }) => {
                const message = JSON.parse(data);
                if (message.type === 'welcome') socket.send(JSON.stringify({ type: 'media', audio: 'on', video: 'on' }));
                if (message.type === 'error') finish(`error ${message.code}`);
            };
        });
    });
    if (answer !== 'error 403') throw new Error(`an observer's media message was answered "${answer}", not "error 403"`);
}

/**
 * RTP on the observer's downlink: a WHEP connection whose browser is told, behind the hub's back, that it may send,
 * so that a picture really goes out as SRTP. Resolves with the packets that were sent; whether the hub dropped them is
 * for the caller to see, in the hub's counters and in what others receive.
 */
export function injectRtp(page) {
    return page.evaluate(async () => {
        const pc = new window.sightlineProbe.Original();
        const canvas = document.createElement('canvas');
        const painter = canvas.getContext('2d');
        let hue = 0;
        const painting = setInterval(() => {
            painter.fillStyle = `hsl(${(hue += 20)} 90% 50%)`;
            painter.fillRect(0, 0, canvas.width, canvas.height);
        }, 40);
        const stream = canvas.captureStream(25);
        // The audio section comes first: slot i is the i-th audio and the i-th video section.
        pc.addTransceiver('audio', { direction: 'recvonly' });
        pc.addTransceiver(stream.getVideoTracks()[0], { direction: 'sendrecv', streams: [stream] });
        await pc.setLocalDescription();
        const harmless = pc.localDescription.sdp.replaceAll('a=sendrecv', 'a=recvonly')
            .split('\r\n').filter((line) => !/^a=(ssrc|msid|rid|simulcast)/.test(line)).join('\r\n');
        const url = `${location.origin}/v1/whep`;
        const headers = { 'sightline-page': 'observer', 'content-type': 'application/sdp' };
        const reply = await fetch(url, { method: 'POST', headers, body: harmless });
        if (!reply.ok) throw new Error(`the observer's WHEP was answered ${reply.status}`);
        // Only the video section was offered to send as well.
        const answer = (await reply.text()).replace(/(m=video[^]*?)a=(sendonly|inactive)/, '$1a=sendrecv');
        await pc.setRemoteDescription({ type: 'answer', sdp: answer });
        const sent = async () => [...(await pc.getStats()).values()]
            .filter((report) => report.type === 'outbound-rtp').reduce((sum, report) => sum + report.packetsSent, 0);
        const until = performance.now() + 6000;
        while (performance.now() < until && (await sent()) < 30) await new Promise((done) => setTimeout(done, 100));
        const packets = await sent();
        clearInterval(painting);
        pc.close();
        await fetch(new URL(reply.headers.get('location'), url), { method: 'DELETE', headers: { 'sightline-page': 'observer' } });
        return packets;
    });
}
