import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressAt } from '../../src/signalling/elsewhere';
import { controlUrl, hubOrigin } from '../../src/signalling/hub_url';
import { parseHubMessage } from '../../src/signalling/messages';

const kPage = { origin: 'https://pages.example', query: '', hub: '', allowed: '' };

test('the hub is where the page came from, unless the page names one', () => {
    assert.equal(hubOrigin(kPage), 'https://pages.example');
    assert.equal(hubOrigin({ ...kPage, hub: 'https://hub.example:8443/' }), 'https://hub.example:8443');
});

test('a link chooses a hub among the allowed ones only', () => {
    const page = { ...kPage, allowed: 'https://a.example https://b.example:8443' };
    assert.equal(hubOrigin({ ...page, query: '?hub=https://b.example:8443' }), 'https://b.example:8443');
    assert.equal(hubOrigin({ ...page, query: '?hub=https://evil.example' }), 'https://pages.example');
    assert.equal(hubOrigin({ ...page, query: '?hub=javascript:alert(1)' }), 'https://pages.example');
    assert.equal(hubOrigin({ ...kPage, query: '?hub=' }), 'https://pages.example');
});

test('a page that its hub serves goes to the other hub with its invitation', () => {
    assert.equal(
        addressAt(kPage, '/console/', 'https://hub-b.example:8443', '#token'), 'https://hub-b.example:8443/console/#token');
    assert.equal(addressAt(kPage, '/console/', 'https://pages.example', ''), undefined); // nowhere to go
    assert.equal(addressAt(kPage, '/console/', 'http://hub-b.example', ''), undefined);
    assert.equal(addressAt(kPage, '/console/', 'javascript:alert(1)', ''), undefined);
});

test('a page from elsewhere stays, and speaks with hubs that it allows', () => {
    const page = { ...kPage, hub: 'https://a.example', allowed: 'https://a.example https://b.example' };
    assert.equal(
        addressAt(page, '/console/', 'https://b.example', '#token'),
        'https://pages.example/console/?hub=https%3A%2F%2Fb.example#token');
    assert.equal(addressAt(page, '/console/', 'https://evil.example', '#token'), undefined);
});

test('the control socket is as secure as the page’s hub', () => {
    assert.equal(controlUrl('https://hub.example'), 'wss://hub.example/v1/control');
    assert.equal(controlUrl('http://localhost:8080'), 'ws://localhost:8080/v1/control');
});

test('unreadable messages of the hub are no messages', () => {
    for (const bad of [
        new ArrayBuffer(4), '', '{', 'null', '[]', '{"type":"surprise"}', '{"type":"roster","participants":{}}',
        '{"type":"slots","slots":[]}', '{"type":"welcome"}',
    ]) assert.equal(parseHubMessage(bad), undefined);
});

test('a roster keeps what can be read and takes the careful meaning of the rest', () => {
    const message = parseHubMessage(JSON.stringify({
        type: 'roster',
        participants: [
            7,
            { id: 'a1', name: 'Amina', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'muted' },
            { id: 'b2', role: 'emperor', present: 'yes', audio: 'loud' },
        ],
    }));
    assert.deepEqual(message, {
        type: 'roster',
        participants: [
            { id: 'a1', name: 'Amina', role: 'applicant', organisation: '', present: true, publishing: true, audio: 'on', video: 'muted' },
            { id: 'b2', name: '', role: 'other', organisation: '', present: false, publishing: false, audio: 'none', video: 'none' },
        ],
    });
});

test('slots are ids or nobody', () => {
    assert.deepEqual(parseHubMessage('{"type":"slots","resource":"r","slots":["a",null,3]}'), {
        type: 'slots', resource: 'r', slots: ['a', null, null],
    });
});

test('a welcome that says nothing of a place means the waiting room', () => {
    const message = parseHubMessage('{"type":"welcome","self":"a","session":"b","state":"dancing"}');
    assert.ok(message?.type === 'welcome');
    assert.equal(message.place, 'lobby');
    assert.deepEqual(message.standing, { state: 'waiting', pause: undefined, endReason: '' });
    assert.deepEqual(message.may, []);
    assert.deepEqual(parseHubMessage('{"type":"place","place":"throne"}'), { type: 'place', place: 'lobby', title: '' });
});

test('a pause of an unknown kind is one in which nobody is seen', () => {
    const message = parseHubMessage('{"type":"state","state":"paused","pause":"siesta","may":["pause",3]}');
    assert.deepEqual(message, {
        type: 'state', standing: { state: 'paused', pause: 'break', endReason: '' }, may: ['pause'],
    });
    assert.deepEqual(parseHubMessage('{"type":"state","state":"live","pause":"break"}'), {
        type: 'state', standing: { state: 'live', pause: undefined, endReason: '' }, may: [],
    });
});
