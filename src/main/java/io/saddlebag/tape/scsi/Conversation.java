package io.saddlebag.tape.scsi;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Commands to one drive and what their answers mean. A command that the drive may have taken is never sent again; one that
 * it was too busy for was not taken (SAM-5, 5.3), and waits. Whatever leaves it open what the drive did makes the position
 * unknown, until it is asked for or the tape is rewound.
 */
final class Conversation {
    private static final String ASK_AGAIN =
            "Repeat the job; when it happens again, look at the drive's display and log.";

    /** A drive may be busy for so long with one command. */
    static final Duration LONGEST_BUSY = Duration.ofSeconds(60);

    private static final int MOST_NEWS = 4;

    /** Power on or reset; with the power, reservations are gone. */
    private static final int RESET = 0x29;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final String drive;
    private final ScsiTransport transport;
    private final Waiter waiter;
    private final DriveTimeouts timeouts;
    private final DeviceClaim claim;
    /** With these a drive did not carry out the command they answer (SAM-5, 5.14); the next one is answered so instead. */
    private final Deque<ScsiReply> waiting = new ArrayDeque<>();

    private boolean positionLost = true;
    private boolean settingsLost = true;

    Conversation(String drive, ScsiTransport transport, Waiter waiter, DriveTimeouts timeouts, DeviceClaim claim) {
        this.drive = drive;
        this.transport = transport;
        this.waiter = waiter;
        this.timeouts = timeouts;
        this.claim = claim;
    }

    /**
     * Makes sure that no other host has taken the drive away, and forgets what was known before this host took it.
     *
     * @return whether it was taken since the last call
     * @throws TapeException {@link TapeFault#RESERVATION_LOST}, until the drive is taken anew
     */
    boolean hearOfReservation() throws IOException {
        boolean lost;
        try {
            lost = claim.standing() == DeviceClaim.Standing.LOST;
        } catch (ScsiException e) {
            throw new TapeException(TapeFault.RESERVATION_LOST, e.what(), e.hint(), e);
        }
        if (lost) {
            forget();
            throw reservationLost("it was taken away before");
        }
        boolean news = claim.takeNews();
        if (news) {
            forget();
        }
        return news;
    }

    /** News that aren't taken for a failure. */
    void heard(SenseData news) {
        if (news.saysReservationIsGone()) {
            claim.lost();
        }
        if (news.asc() == RESET) {
            claim.doubt();
        }
    }

    private void forget() {
        positionLost = true;
        settingsLost = true;
    }

    private TapeException reservationLost(String how) {
        return new TapeException(
                TapeFault.RESERVATION_LOST,
                "this host has lost its reservation of drive " + drive + ": " + how,
                "Find out which host has the drive now, and why. Then repeat the job.");
    }

    /** The drive may have fallen back to settings of its own. */
    boolean areSettingsLost() {
        return settingsLost;
    }

    void settingsLost() {
        settingsLost = true;
    }

    void settingsKnown() {
        settingsLost = false;
    }

    boolean isPositionLost() {
        return positionLost;
    }

    void positionLost() {
        positionLost = true;
    }

    void positionKnown() {
        positionLost = false;
    }

    /** @throws TapeException {@link TapeFault#POSITION_LOST} */
    void requirePosition() throws TapeException {
        if (positionLost) {
            throw new TapeException(
                    TapeFault.POSITION_LOST,
                    "nobody knows where the tape in drive " + drive + " stands, after what happened before",
                    "Repeat the job: it rewinds the tape, or asks the drive.");
        }
    }

    /**
     * Sends a command that nothing depends on. News that come in its answer are not for it: the next command gets them, as if
     * they had waited for that.
     *
     * @return whether the drive carried it out
     */
    boolean sendAside(ScsiCommand command) throws IOException {
        for (int news = 0; news <= MOST_NEWS; news++) {
            ScsiReply reply = sendNow(command);
            SenseData sense = SenseData.of(reply);
            boolean told = reply.status() == ScsiReply.CHECK_CONDITION && (sense.isUnitAttention() || sense.deferred());
            if (!told) {
                return succeeded(reply, sense);
            }
            waiting.add(reply);
        }
        return false;
    }

    /**
     * Sends a command, as soon as the drive takes it; its sense data is the caller's to judge. A drive that doesn't take
     * it for {@link #LONGEST_BUSY} is left alone: the reply is the last one.
     */
    ScsiReply send(ScsiCommand command) throws IOException {
        ScsiReply news = waiting.poll();
        return news == null ? sendNow(command) : news;
    }

    private ScsiReply sendNow(ScsiCommand command) throws IOException {
        ScsiCommand limited = timeouts.limited(command);
        ScsiReply reply = once(limited);
        if (!reply.isTooBusy()) {
            return reply;
        }
        Deadline end = Deadline.after(waiter, LONGEST_BUSY);
        Duration pause = FIRST_PAUSE;
        while (reply.isTooBusy() && !end.passed()) {
            await(end, pause, command);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            reply = once(limited);
        }
        return reply;
    }

    private ScsiReply once(ScsiCommand command) throws IOException {
        try {
            return transport.execute(command);
        } catch (ScsiException e) {
            throw unanswered(command, e);
        }
    }

    private void await(Deadline end, Duration pause, ScsiCommand command) throws InterruptedIOException {
        try {
            end.await(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while drive " + drive + " was too busy for " + command.name());
        }
    }

    /** Sends a command that either succeeds or throws. */
    void carryOut(ScsiCommand command) throws IOException {
        ScsiReply reply = send(command);
        if (!reply.isGood()) {
            SenseData sense = SenseData.of(reply);
            if (!succeeded(reply, sense)) {
                throw failure(command, reply, sense);
            }
        }
    }

    /** What was recovered, and what is only news, is no failure: cleaning requested is 0/00/17. */
    static boolean succeeded(ScsiReply reply, SenseData sense) {
        boolean fine = sense.key() == SenseData.NO_SENSE || sense.key() == SenseData.RECOVERED_ERROR;
        boolean said = sense.asc() != 0 || sense.ascq() != 0 || sense.key() != 0;
        return reply.isGood()
                || (reply.status() == ScsiReply.CHECK_CONDITION
                        && fine
                        && said
                        && !sense.deferred()
                        && !sense.filemark()
                        && !sense.endOfMedium()
                        && !sense.incorrectLength());
    }

    /** What a failed command is to its caller. */
    TapeException failure(ScsiCommand command, ScsiReply reply, SenseData sense) {
        if (reply.status() == ScsiReply.RESERVATION_CONFLICT) {
            return conflict(command);
        }
        if (reply.isTooBusy()) {
            return new TapeException(
                    TapeFault.BUSY,
                    "drive " + drive + " has been too busy for " + command.name() + " for " + LONGEST_BUSY.toSeconds()
                            + " s",
                    "Find out who else uses it, or look at its display; then repeat the job.");
        }
        if (reply.status() != ScsiReply.CHECK_CONDITION) {
            positionLost = true;
            return driveError(command, "status " + Integer.toHexString(reply.status()));
        }
        if (sense.deferred()) {
            positionLost = true;
            return new TapeException(
                    sense.key() == SenseData.MEDIUM_ERROR ? TapeFault.MEDIUM_ERROR : TapeFault.DRIVE_ERROR,
                    "drive " + drive + " could not bring blocks to the tape that it had taken before (" + sense + ")",
                    "What was written since the last filemark may be missing. Repeat the job on another cartridge.");
        }
        if (sense.isGuardCheckFailed()) {
            positionLost = true;
            return damaged(command, sense);
        }
        if (sense.isUnusableMedium()) {
            positionLost = true;
            return new TapeException(
                    TapeFault.UNUSABLE_MEDIUM,
                    "drive " + drive + " can't use the cartridge in it (" + sense + ")",
                    "Put in a cartridge of a generation that the drive takes; one for cleaning needs a barcode that begins"
                            + " with CLN.");
        }
        return switch (sense.key()) {
            case SenseData.UNIT_ATTENTION -> attention(sense);
            case SenseData.NOT_READY -> notReady(command, sense);
            case SenseData.MEDIUM_ERROR -> mediumError(command, sense);
            case SenseData.DATA_PROTECT -> TapeFailures.writeProtected(drive, "in it");
            // refused before anything moved
            case SenseData.ILLEGAL_REQUEST -> driveError(command, "it doesn't take this, " + sense);
            default -> {
                positionLost = true;
                yield driveError(command, "sense data " + sense);
            }
        };
    }

    /** Whoever has the drive may move the tape. */
    private TapeException conflict(ScsiCommand command) {
        forget();
        if (claim.lost()) {
            return reservationLost("it answers " + command.name() + " with RESERVATION CONFLICT");
        }
        return new TapeException(
                TapeFault.IN_USE,
                "drive " + drive + " refuses " + command.name()
                        + ": another host has reserved it (RESERVATION CONFLICT)",
                "Wait until that host has released it. When it is dead, unresdev --force takes the reservation away.");
    }

    private TapeException attention(SenseData sense) {
        forget();
        if (sense.saysReservationIsGone()) {
            claim.lost();
            return reservationLost("another host took it away (" + sense + ")");
        }
        heard(sense);
        return new TapeException(
                TapeFault.UNIT_ATTENTION,
                sense.asc() == 0x28
                        ? "the cartridge in drive " + drive + " may be another one now"
                        : "drive " + drive + " was reset, or its settings were changed by others (" + sense + ")",
                "The label is read again before anything is written. Repeat the job.");
    }

    private TapeException damaged(ScsiCommand command, SenseData sense) {
        String what = switch (command.direction()) {
            case OUT -> "refused a block, which did not arrive as it was sent and was not written";
            case IN -> "has a block that does not fit the sum behind it";
            case NONE -> "has blocks that do not fit the sums behind them";
        };
        return new TapeException(
                TapeFault.DAMAGED_ON_THE_WAY,
                "drive " + drive + " " + what + " (logical block protection, " + sense + ")",
                "Look at cables, adapters and memory between host and drive. Then repeat the job.");
    }

    private TapeException notReady(ScsiCommand command, SenseData sense) {
        positionLost = true;
        if (sense.isNoMedium()) {
            return TapeFailures.noMedium(drive);
        }
        return driveError(command, sense.isBecomingReady() ? "it is not ready yet" : "it is not ready, " + sense);
    }

    private TapeException mediumError(ScsiCommand command, SenseData sense) {
        positionLost = true;
        return new TapeException(
                TapeFault.MEDIUM_ERROR,
                "drive " + drive + " reports a fault of the medium at " + command.name() + " (" + sense + ")",
                "Clean the drive, and try another one; when it stays, copy what can be read and retire the cartridge.");
    }

    private TapeException unanswered(ScsiCommand command, ScsiException cause) {
        if (cause.is(ScsiFault.IN_USE)) {
            return new TapeException(TapeFault.IN_USE, cause.what(), cause.hint(), cause);
        }
        positionLost = true;
        return new TapeException(
                TapeFault.DRIVE_ERROR,
                "drive " + drive + " did not answer " + command.name() + ": " + cause.what(),
                cause.hint(),
                cause);
    }

    private TapeException driveError(ScsiCommand command, String what) {
        return new TapeException(
                TapeFault.DRIVE_ERROR, "drive " + drive + " failed at " + command.name() + ": " + what, ASK_AGAIN);
    }
}
