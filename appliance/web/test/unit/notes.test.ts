import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoteWord } from '../../src/keys/letters';
import { fitsNote, isEmptyNote, kNoDraft, Notes, noteText, noteWord, type Draft, type Note } from '../../src/keys/notes';

const kAt = 1_795_875_400_000;
const stamp = () => ({ at: kAt, liveMs: 65_000, link: 'well' });

/** A line that can be cut; `Saying` is given no time to wait for a refusal. */
function line() {
    const said: NoteWord[] = [];
    const line = { there: true, said, notes: undefined as unknown as Notes };
    line.notes = new Notes(async (word) => {
        if (line.there) said.push(word);
        return line.there;
    }, stamp, 0, 60_000);
    return line;
}

async function until(what: string, is: () => boolean): Promise<void> {
    for (let tries = 0; !is(); ++tries) {
        assert.ok(tries < 200, `never: ${what}`);
        await new Promise((done) => setTimeout(done, 5));
    }
}

test('a note holds lines and no other control characters, and has one bound for its three texts', () => {
    assert.equal(noteText('  first\r\nline\u0007 '), 'first\nline');
    assert.ok(isEmptyNote({ ...kNoDraft, answer: ' \u0007\n' }));
    assert.ok(fitsNote({ question: 'é'.repeat(1000), answer: 'x'.repeat(2096), demeanour: '' }));
    assert.ok(!fitsNote({ question: 'é'.repeat(1000), answer: 'x'.repeat(2096), demeanour: 'y' }));
});

test('a word has the texts that say something, and a bookmark needs none', () => {
    assert.deepEqual(noteWord({ question: ' Q ', answer: '', demeanour: 'calm', bookmark: false }),
        { say: 'note', question: 'Q', demeanour: 'calm' });
    assert.deepEqual(noteWord({ ...kNoDraft, bookmark: true }), { say: 'note', bookmark: true });
});

test('what is sent off leaves the fields, is stamped, and goes in its order', async () => {
    const { notes, said } = line();
    notes.write({ question: 'Which way?', answer: 'By sea.' });
    assert.ok(notes.send());
    assert.deepEqual(notes.draft.value, kNoDraft);
    notes.bookmark();
    notes.write({ demeanour: 'tired' });
    assert.ok(notes.send());
    await until('all gone', () => notes.sent.value === 3);
    assert.deepEqual(said, [
        { say: 'note', question: 'Which way?', answer: 'By sea.' }, { say: 'note', bookmark: true }, { say: 'note', demeanour: 'tired' },
    ]);
    assert.deepEqual(notes.list.value[1],
        { question: '', answer: '', demeanour: '', bookmark: true, at: kAt, liveMs: 65_000, link: 'well', gone: true });
});

test('nothing, or too much, is not sent off and stays where it is', () => {
    const { notes } = line();
    assert.ok(!notes.send());
    notes.write({ answer: 'x'.repeat(5000) });
    assert.ok(!notes.send());
    assert.equal(notes.draft.value.answer.length, 5000);
    assert.equal(notes.list.value.length, 0);
});

test('without a line it waits in the list, one can write on, and it goes when the line is back', async () => {
    const cut = line();
    cut.there = false;
    cut.notes.write({ answer: 'first' });
    cut.notes.send();
    await until('waiting', () => cut.notes.state.value === 'waiting');
    cut.notes.write({ answer: 'second' });
    cut.there = true;
    await cut.notes.saying.lineIsBack();
    await until('gone', () => cut.notes.sent.value === 1);
    assert.equal(cut.notes.draft.value.answer, 'second');
    assert.deepEqual(cut.said, [{ say: 'note', answer: 'first' }]);
});

test('what was refused at the centre is said again', async () => {
    const said: NoteWord[] = [];
    const notes = new Notes(async (word) => { said.push(word); return true; }, stamp, 60_000, 60_000);
    notes.write({ answer: 'first' });
    notes.send();
    await until('said', () => said.length === 1);
    notes.saying.refused();
    assert.equal(notes.state.value, 'waiting');
    await notes.saying.lineIsBack();
    assert.equal(said.length, 2);
    assert.equal(notes.sent.value, 0, 'not known to have gone');
    notes.saying.refused();
    notes.saying.stop();
});

test('a page before this one left a draft and a note that had not gone: both are there, and the note goes', async () => {
    const { notes, said } = line();
    const kept: { draft: Draft[]; list: (readonly Note[])[] } = { draft: [], list: [] };
    const before: Note = { ...kNoDraft, answer: 'unsent', bookmark: false, gone: false, ...stamp() };
    notes.keepIn({ draft: (draft) => kept.draft.push(draft), list: (list) => kept.list.push(list) },
        { ...kNoDraft, question: 'half a ques' }, [before]);
    assert.equal(notes.draft.value.question, 'half a ques');
    await until('gone', () => notes.sent.value === 1);
    assert.deepEqual(said, [{ say: 'note', answer: 'unsent' }]);
    notes.write({ question: 'half a question' });
    assert.equal(kept.draft.at(-1)?.question, 'half a question');
    assert.equal(kept.list.at(-1)?.[0]?.gone, true);
});

test('what was written before the kept draft was read is not written over', () => {
    const { notes } = line();
    notes.write({ answer: 'new' });
    notes.keepIn({ draft: () => undefined, list: () => undefined }, { ...kNoDraft, answer: 'old' }, []);
    assert.equal(notes.draft.value.answer, 'new');
});
