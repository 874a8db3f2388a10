// Between the head of an interview and its pictures: what is wrong with the keys, or the words that are to be compared.
// Nothing while all is well.

import type { ComponentChildren } from 'preact';
import type { Alarm } from '../keys/conversation';
import type { EndToEnd } from '../keys/end_to_end';
import type { Changes } from '../keys/words_memory';
import { t } from '../i18n';
import { DeviceKey } from './device_key';

type Group = 'kiosk' | 'time' | 'altered';

export const alarmGroup = (alarm: Alarm): Group =>
    alarm === 'unpinned' || alarm === 'mission' ? 'kiosk' : alarm === 'time' ? 'time' : 'altered';

interface BandProps {
    readonly mood: 'alarm' | 'warn' | 'ask' | 'calm';
    readonly name: string;
    readonly heading?: string;
    readonly text: string;
    readonly children?: ComponentChildren;
}

function Band({ mood, name, heading, text, children }: BandProps) {
    return (
        <section class={`band ${mood}`} data-band={name} role={mood === 'alarm' || mood === 'warn' ? 'alert' : 'status'}>
            <div class="band-text">
                {heading !== undefined && <h2>{heading}</h2>}
                <p>{text}</p>
            </div>
            {children}
        </section>
    );
}

export function WordList({ words }: { words: string }) {
    return (
        <ol class="words" aria-label={t('words_heading')} translate={false} lang="en">
            {words.split(' ').map((word, at) => <li key={at}>{word}</li>)}
        </ol>
    );
}

function changeText({ came, left, otherDevice }: Changes): string {
    const names = (list: readonly string[]): string => list.map((name) => name || t('tile_unnamed')).join(', ');
    return [
        t('words_changed_text'),
        ...(came.length > 0 ? [t('words_came', { names: names(came) })] : []),
        ...(left.length > 0 ? [t('words_left', { names: names(left) })] : []),
        ...(otherDevice.length > 0 ? [t('words_other_device', { names: names(otherDevice) })] : []),
    ].join(' ');
}

/** `leave`, `end`: ways out that this person has, when the words differ. */
export function WordsBand({ endToEnd, leave, end }: {
    endToEnd: EndToEnd; leave: () => void; end: (() => void) | undefined;
}) {
    const { words, conversation } = endToEnd;
    const comparison = words.comparison.value;
    if (comparison === 'differed') {
        return (
            <Band mood="alarm" name="differed" heading={t('words_differed_heading')} text={t('words_differed_text')}>
                <div class="band-row">
                    {end !== undefined && (
                        <button type="button" class="danger" data-action="words-end" onClick={end}>{t('end_confirm')}</button>
                    )}
                    <button type="button" class={end === undefined ? 'danger' : ''} data-action="words-leave" onClick={leave}>
                        {t('words_leave')}
                    </button>
                    <button type="button" data-action="words-again" onClick={() => words.forget()}>{t('words_again')}</button>
                </div>
            </Band>
        );
    }
    if (comparison !== 'open' && comparison !== 'changed') return null;
    const changed = comparison === 'changed';
    return (
        <Band
            mood={changed ? 'warn' : 'ask'} name={comparison}
            heading={changed ? t('words_changed_heading') : t('words_heading')}
            text={changed ? changeText(words.changes.value) : t('words_text')}
        >
            <WordList words={conversation.words.value} />
            <div class="band-row">
                <button type="button" class="primary" data-action="words-match" onClick={() => endToEnd.compared(true)}>
                    {t('words_match')}
                </button>
                <button type="button" class="differ" data-action="words-differ" onClick={() => endToEnd.compared(false)}>
                    {t('words_differ')}
                </button>
            </div>
        </Band>
    );
}

/** What is wrong with the keys, if anything is. */
export function KeysBand({ endToEnd }: { endToEnd: EndToEnd }) {
    const { keys, alarm, linkless } = endToEnd.conversation;
    if (alarm.value !== undefined) {
        const group = alarmGroup(alarm.value);
        return <Band mood="alarm" name="alarm" heading={t(`keys_alarm_${group}_heading`)} text={t(`keys_alarm_${group}_text`)} />;
    }
    if (linkless.value) return <Band mood="ask" name="linkless" text={t('keys_linkless')} />;
    if (!endToEnd.overdue.value) return null;
    if (keys.value === 'none') return <Band mood="calm" name="asking" text={t('keys_asking')} />;
    return (
        <Band mood="ask" name="waiting" text={t('keys_waiting')}>
            <p class="code" data-code={endToEnd.code.value} translate={false}>{endToEnd.code.value}</p>
            <DeviceKey endToEnd={endToEnd} />
        </Band>
    );
}

/** Small, for those who have compared them, and for those who only follow. */
export function WordsLine({ endToEnd, asks }: { endToEnd: EndToEnd; asks: boolean }) {
    const words = endToEnd.conversation.words.value;
    if (words === '' || (asks && endToEnd.words.comparison.value !== 'matched')) return null;
    return (
        <details class="words-line" data-compared={asks} open={!asks}>
            <summary>{asks ? t('words_matched') : t('words_heading')}</summary>
            <WordList words={words} />
            {!asks && <p class="hint">{t('words_observer')}</p>}
        </details>
    );
}
