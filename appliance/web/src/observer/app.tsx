// The observer's page: a button to start, the waiting room, then pictures, names, and where interview and connection
// stand. Nothing else.

import { useEffect, useRef, useState } from 'preact/hooks';
import { language, t } from '../i18n';
import { countryName } from '../i18n/countries';
import type { Person } from '../signalling/messages';
import { Ended } from '../ui/ended';
import { LiveClock } from '../ui/clocks';
import { Header } from '../ui/header';
import { LanguagePicker } from '../ui/language_picker';
import { KeysBand, WordsLine } from '../ui/keys_band';
import { Notice } from '../ui/notice';
import { PagesOrigin } from '../ui/pages_origin';
import { Roster } from '../ui/roster';
import { Stage } from '../ui/stage';
import { Strip } from '../ui/strip';
import { TurnBand } from '../ui/turn_band';
import { Undertaking } from '../ui/undertaking';
import type { Watching } from './watching';

function Page({ watching }: { watching: Watching }) {
    const [started, setStarted] = useState(false);
    const ending = watching.control.ending.value;
    if (ending?.kind === 'ended') return <Ended reason={ending.reason} text={t('ended_text_observer')} />;
    const start = (): void => {
        setStarted(true);
        watching.endToEnd.duties.undertake();
        watching.start();
    };
    if (ending !== undefined) {
        return (
            <Notice heading={t(`${ending.kind}_heading`)} text={t(`${ending.kind}_text`)}>
                <button type="button" class="primary" onClick={ending.kind === 'unknown' ? () => location.reload() : start}>
                    {t('try_again')}
                </button>
            </Notice>
        );
    }
    if (!started) {
        return (
            <main class="notice">
                <div class="card">
                    <h1>{t('observer_heading')}</h1>
                    <p>{t('observer_intro')}</p>
                    <Undertaking role="observer" />
                    <button type="button" class="primary big" data-action="start" onClick={start}>
                        {t('observer_start')}
                    </button>
                    <LanguagePicker />
                </div>
            </main>
        );
    }
    const { control, down, endToEnd } = watching;
    const people = endToEnd.people.value;
    const news = endToEnd.conversation.news.value;
    const self = control.welcome.value?.self ?? '';
    if (control.place.value === 'lobby') return <WaitingRoom watching={watching} />;
    return (
        <div class="call watching">
            <div class="head">
                <Header title={control.title.value || t('observer_title')} connection={watching.connection.value}>
                    <LiveClock clock={endToEnd.clock} standing={control.standing.value} />
                </Header>
                <Strip
                    standing={control.standing.value} watcher="observer" clock={endToEnd.clock} training={news?.training === true}
                    bands={<KeysBand endToEnd={endToEnd} />}
                />
            </div>
            <main>
                <Stage
                    slots={watching.slots.value}
                    people={people}
                    unavailable={endToEnd.unavailable.value}
                    hasKeys={endToEnd.conversation.open.value}
                    self={self}
                    standing={control.standing.value}
                    watcher="observer"
                    streams={down.streams.value}
                    connected={down.leg.line.value === 'connected'}
                    speaker=""
                />
                <aside tabIndex={0} aria-label={t('roster')}>
                    <p class="unseen">{t('observer_unseen', { name: nameOf(people, self) })}</p>
                    <WordsLine endToEnd={endToEnd} asks={false} />
                    <Roster people={people} self={self} languages={news?.languages ?? []} />
                    <PagesOrigin hub={watching.hub} endToEnd={endToEnd} saves={false} />
                </aside>
            </main>
            <TurnBand turn={news?.turn ?? ''} people={people} self={self} takeBack={undefined} />
        </div>
    );
}

/** As the applicant is told it. */
function nameOf(people: readonly Person[], self: string): string {
    const me = people.find((person) => person.id === self);
    return [me?.name || t('tile_unnamed'), countryName(me?.organisation ?? '', language.value)].filter(Boolean).join(', ');
}

function WaitingRoom({ watching }: { watching: Watching }) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        // The page before may have been scrolled down to its button.
        scrollTo(0, 0);
        heading.current?.focus({ preventScroll: true });
    }, []);
    return (
        <div class="lobby">
            <div class="head">
                <Header title={t('lobby_title')} connection={watching.connection.value} />
                <KeysBand endToEnd={watching.endToEnd} />
            </div>
            <main class="notice">
                <div class="card">
                    <h2 ref={heading} tabIndex={-1}>{t('lobby_heading')}</h2>
                    <p>{t('lobby_text_observer')}</p>
                </div>
            </main>
        </div>
    );
}

export function App({ watching }: { watching: Watching }) {
    return (
        <div
            class="root"
            data-connection={watching.control.ending.value?.kind ?? watching.connection.value}
            data-place={watching.control.place.value}
            data-state={watching.control.standing.value.state}
            data-control={watching.control.line.value}
            data-up="none"
            data-down={watching.down.leg.line.value}
        >
            <Page watching={watching} />
        </div>
    );
}
