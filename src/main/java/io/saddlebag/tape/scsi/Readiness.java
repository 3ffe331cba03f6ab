package io.saddlebag.tape.scsi;

import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.PrimaryCommands;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.tape.MediumPresence;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Whether a drive is ready, and waiting until it is. */
final class Readiness {
    private static final Duration POLL = Duration.ofSeconds(1);
    /** Power on, reset, medium changed, settings changed: no device queues more than these. */
    private static final int MOST_NEWS = 8;

    private final String drive;
    private final Conversation conversation;
    private final Waiter waiter;
    private Duration longestLoad;

    /** @param longestLoad of a medium that is loaded for the first time */
    Readiness(String drive, Conversation conversation, Waiter waiter, Duration longestLoad) {
        this.drive = drive;
        this.conversation = conversation;
        this.waiter = waiter;
        this.longestLoad = longestLoad;
    }

    /** More is known of the drive. */
    void patience(Duration longest) {
        longestLoad = longest;
    }

    /** Takes what happened before we came: nothing is believed of the drive then. */
    void hearNews() throws IOException {
        for (int i = 0; i < MOST_NEWS; i++) {
            SenseData sense = SenseData.of(ask());
            if (!sense.isUnitAttention()) {
                return;
            }
            conversation.heard(sense);
        }
    }

    /** What a drive says of a medium. */
    enum Presence {
        READY,
        /** There is one, which the drive hasn't loaded or can't use. */
        NOT_READY,
        NONE
    }

    /** @throws TapeException when the drive has anything else to say than yes and no */
    boolean isReady() throws IOException {
        return presence(ask()) == Presence.READY;
    }

    /** A drive that is too busy for the question has something in it. */
    MediumPresence mediumPresence() throws IOException {
        ScsiReply reply = ask();
        if (isBusy(reply)) {
            return MediumPresence.WORKING;
        }
        return switch (presence(reply)) {
            case READY -> MediumPresence.READY;
            case NOT_READY -> MediumPresence.UNUSABLE;
            case NONE -> MediumPresence.NONE;
        };
    }

    /** Asks when a medium that is on its way in has arrived. */
    Presence presenceAtLast() throws IOException {
        long begin = waiter.nanos();
        ScsiReply reply = ask();
        while (isBusy(reply) && waiter.nanos() - begin < longestLoad.toNanos()) {
            await();
            reply = ask();
        }
        return presence(reply);
    }

    private Presence presence(ScsiReply reply) throws IOException {
        SenseData sense = SenseData.of(reply);
        if (Conversation.succeeded(reply, sense)) {
            return Presence.READY;
        }
        // a deferred error is heard here once, and never again: it must not pass for "not ready"
        boolean no = sense.key() == SenseData.NOT_READY || sense.isUnusableMedium();
        if (reply.status() == ScsiReply.CHECK_CONDITION && no && !sense.deferred()) {
            return sense.isNoMedium() ? Presence.NONE : Presence.NOT_READY;
        }
        throw conversation.failure(PrimaryCommands.testUnitReady(), reply, sense);
    }

    private static boolean isBusy(ScsiReply reply) {
        return reply.isTooBusy() || SenseData.of(reply).isBecomingReady();
    }

    /**
     * Waits for a medium that is on its way in, and loads one that was put in.
     *
     * @param fresh news are taken as part of the loading, not as something behind our back
     * @param says gets a line now and then while that takes long
     * @return whether the medium was not ready before
     */
    boolean makeReady(boolean fresh, Consumer<String> says) throws IOException {
        boolean moved = false;
        boolean loaded = false;
        long begin = waiter.nanos();
        LongLoad words = new LongLoad(drive, says);
        for (int news = 0; ; ) {
            ScsiReply reply = ask();
            SenseData sense = SenseData.of(reply);
            if (Conversation.succeeded(reply, sense)) {
                words.done(waiter.nanos() - begin);
                return moved;
            }
            boolean busy = isBusy(reply);
            boolean told = sense.isUnitAttention() && !sense.saysReservationIsGone();
            if (told && fresh && news++ < MOST_NEWS) {
                conversation.heard(sense);
                moved = true;
            } else if (busy && waiter.nanos() - begin < longestLoad.toNanos()) {
                moved = true;
                words.still(waiter.nanos() - begin);
                await();
            } else if (sense.key() == SenseData.NOT_READY
                    && !sense.isBecomingReady()
                    && !sense.isUnusableMedium()
                    && !loaded) {
                moved = true;
                loaded = true;
                load(TapeCommands.load(longestLoad));
            } else {
                throw notReady(reply, sense);
            }
        }
    }

    /** What it says is heard with the next question. */
    private void load(ScsiCommand command) throws IOException {
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.isNoMedium()) {
            throw TapeFailures.noMedium(drive);
        }
        if (sense.isUnusableMedium()
                || sense.key() == SenseData.MEDIUM_ERROR
                || sense.key() == SenseData.HARDWARE_ERROR) {
            throw conversation.failure(command, reply, sense);
        }
    }

    private TapeException notReady(ScsiReply reply, SenseData sense) {
        if (sense.isNoMedium()) {
            return TapeFailures.noMedium(drive);
        }
        if (sense.isBecomingReady()) {
            return new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "drive " + drive + " is still loading after " + longestLoad.toMinutes() + " minutes",
                    "Look at the drive; unload the cartridge by hand if it doesn't go on. Option timeouts.load of"
                            + " config/devices.yaml gives it longer.");
        }
        return conversation.failure(PrimaryCommands.testUnitReady(), reply, sense);
    }

    private ScsiReply ask() throws IOException {
        return conversation.send(PrimaryCommands.testUnitReady());
    }

    private void await() throws InterruptedIOException {
        try {
            waiter.await(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while drive " + drive + " was loading");
        }
    }
}
