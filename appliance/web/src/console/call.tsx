// The running interview: pictures first, then who is there, our own picture, and the few buttons. What comes and goes
// has its place, or hangs over the pictures: nothing moves by itself.

import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { speaker } from '../capture/devices';
import { t } from '../i18n';
import { isEmptyNote } from '../keys/notes';
import { Header } from '../ui/header';
import { LiveClock } from '../ui/clocks';
import { DevicesIcon, LeaveIcon } from '../ui/icons';
import { KeysBand, WordsBand, WordsLine } from '../ui/keys_band';
import { PagesOrigin } from '../ui/pages_origin';
import { Roster } from '../ui/roster';
import { Stage } from '../ui/stage';
import { Strip } from '../ui/strip';
import { TurnBand } from '../ui/turn_band';
import { CaptureButton } from './capture_button';
import { CaptureTrouble, DeviceFields } from './device_fields';
import type { Interview } from './interview';
import { TurnButton, WarmUp } from './interpreting';
import { NoteButtons } from './note_buttons';
import { NoteList } from './note_list';
import { NotePanel } from './note_panel';
import { SelfView } from './self_view';
import { UndertakingBand } from './undertaking_band';
import { ViewButtons } from './view_buttons';
import { EndDialog, WishButtons, WishTrouble } from './wishes';

function DeviceDialog({ interview, close }: { interview: Interview; close: () => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => dialog.current?.showModal(), []);
    return (
        <dialog ref={dialog} aria-labelledby="devices-heading" onClose={close}>
            <h2 id="devices-heading">{t('devices')}</h2>
            <DeviceFields interview={interview} />
            <PagesOrigin hub={interview.hub} endToEnd={interview.endToEnd} />
            <button type="button" class="primary" onClick={() => dialog.current?.close()}>{t('devices_close')}</button>
        </dialog>
    );
}

/** What hangs from the head over the pictures. */
function Bands({ interview, end }: { interview: Interview; end: () => void }) {
    const { control, endToEnd } = interview;
    const role = control.welcome.value?.role;
    return (
        <>
            <KeysBand endToEnd={endToEnd} />
            {role === 'interpreter' && <UndertakingBand duties={endToEnd.duties} hasKeys={endToEnd.conversation.open.value} />}
            <WordsBand
                endToEnd={endToEnd} leave={() => interview.leave()}
                end={control.may.value.includes('end') ? end : undefined}
            />
        </>
    );
}

function Controls({ interview, noting, note }: { interview: Interview; noting: boolean; note: () => void }) {
    const [choosing, setChoosing] = useState(false);
    const { control, microphone, camera, endToEnd } = interview;
    const role = control.welcome.value?.role;
    return (
        <footer class="controls">
            <div class="troubles">
                <WishTrouble control={control} />
                {!choosing && <CaptureTrouble capture={microphone} />}
                {!choosing && <CaptureTrouble capture={camera} />}
            </div>
            <div class="control-row">
                {role === 'interpreter' && (
                    <TurnButton duties={endToEnd.duties} possible={endToEnd.conversation.open.value && control.standing.value.state === 'live'} />
                )}
                <CaptureButton capture={microphone} />
                <CaptureButton capture={camera} />
                <button type="button" class="control" data-action="devices" aria-haspopup="dialog" onClick={() => setChoosing(true)}>
                    <DevicesIcon />
                    <span class="control-text">{t('devices')}</span>
                </button>
                {role === 'interviewer' && <NoteButtons notes={endToEnd.notes} open={noting} toggle={note} />}
                <WishButtons control={control} />
                <button type="button" class="control leave" data-action="leave" onClick={() => interview.leave()}>
                    <LeaveIcon />
                    <span class="control-text">{t('leave')}</span>
                </button>
            </div>
            {choosing && <DeviceDialog interview={interview} close={() => setChoosing(false)} />}
        </footer>
    );
}

export function Call({ interview }: { interview: Interview }) {
    const { control, down, camera, endToEnd } = interview;
    // A draft that was kept is to be seen.
    const [noting, setNoting] = useState(false);
    useSignalEffect(() => {
        if (!isEmptyNote(endToEnd.notes.draft.value)) setNoting(true);
    });
    const [ending, setEnding] = useState(false);
    const people = endToEnd.people.value;
    const welcome = control.welcome.value;
    const self = welcome?.self ?? '';
    const news = endToEnd.conversation.news.value;
    const standing = control.standing.value;
    return (
        <div class="call" data-part={welcome?.role}>
            <div class="head">
                <Header title={control.title.value || t('console_title')} connection={interview.connection.value}>
                    <LiveClock clock={endToEnd.clock} standing={standing} />
                </Header>
                <Strip
                    standing={standing} watcher="interviewer" clock={endToEnd.clock} training={news?.training === true}
                    bands={<Bands interview={interview} end={() => setEnding(true)} />}
                >
                    <ViewButtons endToEnd={endToEnd} />
                </Strip>
            </div>
            <main>
                <Stage
                    slots={interview.slots.value}
                    people={people}
                    unavailable={endToEnd.unavailable.value}
                    hasKeys={endToEnd.conversation.open.value}
                    self={self}
                    standing={standing}
                    watcher="interviewer"
                    streams={down.streams.value}
                    connected={down.leg.line.value === 'connected'}
                    speaker={speaker.value}
                />
                <aside tabIndex={0} aria-label={t('roster')}>
                    <SelfView camera={camera} />
                    {welcome?.role === 'interpreter' && <WarmUp duties={endToEnd.duties} />}
                    <WordsLine endToEnd={endToEnd} asks />
                    <Roster people={people} self={self} qualities={interview.qualities.value} languages={news?.languages ?? []} />
                    {welcome?.role === 'interviewer' && <NoteList notes={endToEnd.notes} />}
                </aside>
            </main>
            <TurnBand
                turn={news?.turn ?? ''} people={people} self={self}
                takeBack={welcome?.role === 'interviewer' ? () => endToEnd.duties.turn('give') : undefined}
            />
            {noting && <NotePanel endToEnd={endToEnd} />}
            <Controls interview={interview} noting={noting} note={() => setNoting(!noting)} />
            {ending && <EndDialog control={control} close={() => setEnding(false)} />}
        </div>
    );
}
