import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerAfterRestart, restartFragment, withConstantRate, withPacketTime } from '../../src/rtc/sdp';

const kOffer = [
    'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=ice-ufrag:newU', 'a=ice-pwd:newPassword', 'a=sendonly',
    'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=ice-ufrag:newU', 'a=ice-pwd:newPassword', '',
].join('\r\n');

const kAnswer = [
    'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1', 'a=ice-lite',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=ice-ufrag:old', 'a=ice-pwd:oldPassword', 'a=candidate:1 1 udp 1 10.0.0.1 5000 typ host',
    'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=ice-ufrag:old', 'a=ice-pwd:oldPassword', '',
].join('\r\n');

test('the fragment of a restart carries the new credentials once', () => {
    assert.equal(
        restartFragment(kOffer),
        'a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:newU\r\na=ice-pwd:newPassword\r\n',
    );
});

test('a fragment of something that is no offer is refused', () => {
    assert.throws(() => restartFragment('v=0\r\n'), /no m= line/);
});

test('the answer after a restart has the hub’s new credentials everywhere and its candidates once', () => {
    const fragment = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:hub\r\na=ice-pwd:hubPassword\r\na=candidate:2 1 udp 1 10.0.0.2 6000 typ host\r\n';
    const answer = answerAfterRestart(kAnswer, fragment);
    assert.equal(answer.match(/a=ice-ufrag:hub\r\n/g)?.length, 2);
    assert.equal(answer.match(/a=ice-pwd:hubPassword\r\n/g)?.length, 2);
    assert.equal(answer.includes('old'), false);
    assert.deepEqual(answer.match(/a=candidate:.*/g), ['a=candidate:2 1 udp 1 10.0.0.2 6000 typ host']);
    assert.ok(answer.indexOf('a=candidate') < answer.indexOf('m=video'));
});

test('candidates stay when the hub names no new ones', () => {
    const answer = answerAfterRestart(kAnswer, 'a=ice-ufrag:hub\r\na=ice-pwd:hubPassword\r\n');
    assert.deepEqual(answer.match(/a=candidate:.*/g), ['a=candidate:1 1 udp 1 10.0.0.1 5000 typ host']);
});

test('a reply without credentials is refused', () => {
    assert.throws(() => answerAfterRestart(kAnswer, 'a=end-of-candidates\r\n'), /no credentials/);
});

test('packet time is added to audio only, and never twice', () => {
    const once = withPacketTime(kAnswer, 20);
    assert.equal(once.match(/a=ptime:20\r\n/g)?.length, 1);
    assert.ok(once.indexOf('a=ptime:20') < once.indexOf('m=video'));
    assert.equal(withPacketTime(once, 20), once);
});

test('Opus is asked for at a constant rate and without pauses, whatever else its line says', () => {
    const audio = (...lines: string[]): string => ['m=audio 9 UDP/TLS/RTP/SAVPF 111 0', ...lines, ''].join('\r\n');
    const tuned = withConstantRate(audio('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:0 PCMU/8000'));
    assert.match(tuned, /^a=fmtp:111 minptime=10;useinbandfec=1;cbr=1;usedtx=0\r$/m);
    assert.equal(withConstantRate(tuned), tuned);
    assert.match(withConstantRate(audio('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 usedtx=1; cbr=0')), /^a=fmtp:111 cbr=1;usedtx=0\r$/m);
    assert.equal(withConstantRate(audio('a=rtpmap:111 opus/48000/2')), audio('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 cbr=1;usedtx=0'));
    assert.equal(withConstantRate(kAnswer), kAnswer, 'nothing else is touched');
});
