package io.saddlebag.tape.scsi;

import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.PrimaryCommands;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Whether a drive is ready, and waiting until it is. */
final class Readiness {
    private static final Duration POLL = Duration.ofSeconds(1);
    /** Power on, reset, medium changed, settings changed: no device queues more than these. */
    private static final int MOST_NEWS = 8;

    private final String drive;
    private final Conversation conversation;
    private final Waiter waiter;
    private final Duration longestLoad;

    /** @param longestLoad of a medium that is loaded for the first time */
    Readiness(String drive, Conversation conversation, Waiter waiter, Duration longestLoad) {
        this.drive = drive;
        this.conversation = conversation;
        this.waiter = waiter;
        this.longestLoad = longestLoad;
    }

    /** Takes what happened before we came: nothing is believed of the drive yet. */
    static void hearNews(Conversation conversation) throws IOException {
        for (int i = 0; i < MOST_NEWS; i++) {
            if (!SenseData.of(conversation.send(PrimaryCommands.testUnitReady()))
                    .isUnitAttention()) {
                return;
            }
        }
    }

    /** @throws TapeException when the drive has anything else to say than yes and no */
    boolean isReady() throws IOException {
        ScsiReply reply = ask();
        SenseData sense = SenseData.of(reply);
        if (Conversation.succeeded(reply, sense)) {
            return true;
        }
        // a deferred error is heard here once, and never again: it must not pass for "not ready"
        if (reply.status() == ScsiReply.CHECK_CONDITION && sense.key() == SenseData.NOT_READY && !sense.deferred()) {
            return false;
        }
        throw conversation.failure(PrimaryCommands.testUnitReady(), reply, sense);
    }

    /**
     * Waits for a medium that is on its way in, and loads one that was put in.
     *
     * @param fresh news are taken as part of the loading, not as something behind our back
     * @return whether the medium was not ready before
     */
    boolean makeReady(boolean fresh) throws IOException {
        boolean moved = false;
        boolean loaded = false;
        long begin = waiter.nanos();
        for (int news = 0; ; ) {
            ScsiReply reply = ask();
            SenseData sense = SenseData.of(reply);
            if (Conversation.succeeded(reply, sense)) {
                return moved;
            }
            boolean busy = reply.isTooBusy() || sense.isBecomingReady();
            boolean told = sense.isUnitAttention() && !sense.saysReservationIsGone();
            if (told && fresh && news++ < MOST_NEWS) {
                conversation.heard(sense);
                moved = true;
            } else if (busy && waiter.nanos() - begin < longestLoad.toNanos()) {
                moved = true;
                await();
            } else if (sense.key() == SenseData.NOT_READY && !sense.isBecomingReady() && !loaded) {
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
        if (sense.key() == SenseData.MEDIUM_ERROR || sense.key() == SenseData.HARDWARE_ERROR) {
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
                    "drive " + drive + " is still loading after " + longestLoad.toMinutes() + " min",
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
