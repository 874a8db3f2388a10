// The pictures of the others, the applicant's largest. Each has a place that is kept for it.

import { useRef } from 'preact/hooks';
import { t } from '../i18n';
import type { Person, Standing } from '../signalling/messages';
import { playAll, playBlocked } from './playback';
import { seated, stageView, type Seats } from './stage_view';
import { standingKey, type Watcher } from './standing_view';
import { Tile } from './tile';

interface Props {
    readonly slots: readonly (string | null)[];
    readonly people: readonly Person[];
    readonly self: string;
    /** Slots whose pictures and sounds cannot be opened. */
    readonly unavailable: readonly number[];
    readonly hasKeys: boolean;
    readonly standing: Standing;
    readonly watcher: Watcher;
    readonly streams: readonly MediaStream[];
    readonly connected: boolean;
    readonly speaker: string;
}

export function Stage({ slots, people, unavailable, hasKeys, self, standing, watcher, streams, connected, speaker }: Props) {
    const view = stageView(slots, people, self);
    const seats = useRef<Seats>([]);
    seats.current = seated(
        seats.current,
        view.people.filter((person, slot) => person !== undefined && slot !== view.featured).map((person) => person?.id ?? ''),
        people.filter(({ present }) => present).map(({ id }) => id),
    );
    const applicant = people.find((person) => person.role === 'applicant');
    const waitingText =
        standing.state !== 'live' ? t(standingKey(standing, watcher))
        : applicant === undefined ? t('tile_waiting_others')
        : applicant.name === '' ? t('tile_waiting_applicant')
        : t('tile_waiting', { name: applicant.name });
    return (
        <section class="stage" aria-label={t('stage')}>
            {view.waiting && (
                <div class="tile featured waiting">
                    <p key={waitingText}>{waitingText}</p>
                </div>
            )}
            {streams.map((stream, slot) => (
                <Tile
                    key={slot}
                    slot={slot}
                    person={view.people[slot]}
                    featured={view.featured === slot}
                    seat={seats.current.indexOf(view.people[slot]?.id ?? '')}
                    stream={stream}
                    connected={connected}
                    hasKeys={hasKeys}
                    isProtected={!unavailable.includes(slot)}
                    speaker={speaker}
                />
            ))}
            {playBlocked.value && (
                <div class="play-blocked">
                    <p>{t('play_blocked')}</p>
                    <button type="button" class="primary" onClick={playAll}>{t('play')}</button>
                </div>
            )}
        </section>
    );
}
