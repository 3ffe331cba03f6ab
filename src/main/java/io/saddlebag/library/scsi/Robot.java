package io.saddlebag.library.scsi;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.ChangerCommands;
import io.saddlebag.scsi.ElementAddresses;
import io.saddlebag.scsi.ElementDescriptor;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementStatusReport;
import io.saddlebag.scsi.ElementStatusRequest;
import io.saddlebag.scsi.ElementStatusRequest.Ask;
import io.saddlebag.scsi.ElementType;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A changer's commands with what has to be done about its answers: questions are asked again after news, moves never are.
 * Not thread-safe.
 */
final class Robot {
    /** Unit attentions and other lengths in a row before it counts as broken. */
    private static final int MOST_REPEATS = 16;

    /** Questions whose answer was lost; each may take its whole time-out. */
    private static final int MOST_LOST = 3;

    private static final Duration LONGEST_START = Duration.ofMinutes(15);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** Descriptors are rarely longer; when they are, the device says so. */
    private static final int ROOM_EACH = 96;

    private static final int HEADERS = 16;
    private static final int MOST_ROOM = 0xff_ffff;

    private final String library;
    private final ScsiTransport changer;
    private final Waiter waiter;
    private final Duration patience;
    private final Set<Ask> refused = EnumSet.noneOf(Ask.class);
    private boolean news = true;

    Robot(String library, ScsiTransport changer, Waiter waiter) {
        this(library, changer, waiter, LONGEST_START);
    }

    /** @param patience with a robot that is not ready yet */
    Robot(String library, ScsiTransport changer, Waiter waiter, Duration patience) {
        this.library = library;
        this.changer = changer;
        this.waiter = waiter;
        this.patience = patience;
    }

    /** What came of a move that was sent once. */
    sealed interface Moved {
        /** The robot says that it did. */
        record Done() implements Moved {}

        /** It was not carried out, since something else happened before: look, and decide anew. */
        record News() implements Moved {}

        /** It was not carried out. */
        record Refused(RobotSense sense) implements Moved {}

        /** Nobody else's business: another host has the robot. */
        record Reserved() implements Moved {}

        /** It may have been carried out, wholly or in part. */
        record Unknown(@Nullable RobotSense sense, @Nullable IOException cause) implements Moved {}
    }

    /** Whether the robot reported since the last call that something may have changed. */
    boolean takeNews() {
        boolean had = news;
        news = false;
        return had;
    }

    ElementAddresses addresses() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(0xff);
        ScsiReply reply = ask(ChangerCommands.modeSense6(ElementAddresses.PAGE, answer));
        if (reply.isGood()) {
            return ElementAddresses.parse6(delivered(answer, reply));
        }
        ByteBuffer longAnswer = ByteBuffer.allocate(0x100);
        ScsiReply second = requireGood(ask(ChangerCommands.modeSense10(ElementAddresses.PAGE, longAnswer)));
        return ElementAddresses.parse10(delivered(longAnswer, second));
    }

    /** The elements of one type, by address; those that the device doesn't tell of are left out. */
    List<ElementDescriptor> status(ElementType type, ElementRange range) throws IOException {
        TreeMap<Integer, ElementDescriptor> found = new TreeMap<>();
        List<ElementRange> open = new ArrayList<>(List.of(range));
        while (!open.isEmpty()) {
            ElementRange part = open.remove(open.size() - 1);
            if (part.count() == 0) {
                continue;
            }
            @Nullable ElementStatusReport report = report(type, part);
            if (report == null) {
                int half = part.count() / 2;
                open.add(new ElementRange(part.first(), half));
                open.add(new ElementRange(part.first() + half, part.count() - half));
                continue;
            }
            for (ElementDescriptor element : report.elements()) {
                if (element.type() == type && range.contains(element.address())) {
                    found.put(element.address(), element);
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** Looks at all elements physically. */
    void initialize() throws IOException {
        requireGood(ask(ChangerCommands.initializeElementStatus()));
    }

    /** @return whether the robot knows the command */
    boolean optional(ScsiCommand command) throws IOException {
        ScsiReply reply = ask(command);
        if (!reply.isGood()) {
            RobotSense sense = RobotSense.of(reply);
            if (sense.isUnsupportedCommand() || sense.isUnsupportedOption()) {
                return false;
            }
            throw complaint(reply);
        }
        return true;
    }

    /** Whether a person has to do something before it moves. */
    boolean needsAHand() throws IOException {
        ScsiReply reply = ask(ChangerCommands.testUnitReady());
        return !reply.isGood() && RobotSense.of(reply).needsAHand();
    }

    /** Sends one move, once. */
    Moved move(int from, int to) throws IOException {
        ScsiCommand command = ChangerCommands.moveMedium(0, from, to);
        Deadline end = Deadline.after(waiter, patience);
        while (true) {
            ScsiReply reply;
            try {
                reply = changer.execute(command);
            } catch (ScsiException e) {
                if (e.is(ScsiFault.TIMED_OUT) || e.is(ScsiFault.CONNECTION_LOST)) {
                    return new Moved.Unknown(null, e);
                }
                throw e;
            }
            if (reply.isGood()) {
                return new Moved.Done();
            }
            if (reply.status() == ScsiReply.RESERVATION_CONFLICT) {
                return new Moved.Reserved();
            }
            RobotSense sense = RobotSense.of(reply);
            if (!isNotYet(reply, sense)) {
                return judged(reply, sense);
            }
            // it was not carried out: sending it later is its first time
            await(end);
        }
    }

    private Moved judged(ScsiReply reply, RobotSense sense) {
        if (reply.status() != ScsiReply.CHECK_CONDITION) {
            return new Moved.Unknown(sense, null);
        }
        if (sense.isNews()) {
            news = true;
            return new Moved.News();
        }
        return sense.isRefusal() || sense.saysRemovalPrevented()
                ? new Moved.Refused(sense)
                : new Moved.Unknown(sense, null);
    }

    /** Null when the answer doesn't fit at all, so that less has to be asked for. */
    private @Nullable ElementStatusReport report(ElementType type, ElementRange range) throws IOException {
        int most = Math.min(changer.longestTransferBytes(), MOST_ROOM);
        long room = Math.min(most, HEADERS + (long) ROOM_EACH * range.count());
        for (int repeat = 0; repeat < MOST_REPEATS; repeat++) {
            Set<Ask> ask = EnumSet.of(Ask.VOLUME_TAGS);
            if (type == ElementType.DATA_TRANSFER) {
                ask.add(Ask.DEVICES);
            }
            ask.removeAll(refused);
            ByteBuffer answer = ByteBuffer.allocate((int) room);
            ScsiReply reply = ask(ChangerCommands.readElementStatus(
                    new ElementStatusRequest(type, range.first(), Math.min(range.count(), 0xffff), ask), answer));
            if (!reply.isGood()) {
                refuseLess(reply, ask);
                continue;
            }
            ElementStatusReport report = ElementStatusReport.parse(delivered(answer, reply));
            if (report.claimedBytes() <= room) {
                return report;
            }
            if (room == most) {
                return range.count() == 1 ? report : null;
            }
            room = Math.min(most, report.claimedBytes());
        }
        throw broken("it tells of another length each time it is asked for its elements");
    }

    /** Some libraries refuse to tell which drives stand in them, some have no barcode reader. */
    private void refuseLess(ScsiReply reply, Set<Ask> ask) throws IOException {
        if (!RobotSense.of(reply).isUnsupportedOption() || ask.isEmpty()) {
            throw complaint(reply);
        }
        refused.add(ask.contains(Ask.DEVICES) ? Ask.DEVICES : Ask.VOLUME_TAGS);
    }

    /** Asks until there is an answer to the question; nothing that moves is sent this way. */
    private ScsiReply ask(ScsiCommand command) throws IOException {
        Deadline end = Deadline.after(waiter, patience);
        int repeats = 0;
        int lostAnswers = 0;
        while (true) {
            ScsiReply reply;
            try {
                reply = changer.execute(command);
            } catch (ScsiException e) {
                boolean lost = e.is(ScsiFault.TIMED_OUT) || e.is(ScsiFault.CONNECTION_LOST);
                if (!lost || ++lostAnswers > MOST_LOST) {
                    throw e;
                }
                news = true;
                continue;
            }
            if (reply.isGood()) {
                return reply;
            }
            if (reply.status() == ScsiReply.RESERVATION_CONFLICT) {
                throw reserved();
            }
            RobotSense sense = RobotSense.of(reply);
            if (isNotYet(reply, sense)) {
                await(end);
            } else if (sense.isNews() && ++repeats <= MOST_REPEATS) {
                news = true;
            } else {
                return reply;
            }
        }
    }

    private static boolean isNotYet(ScsiReply reply, RobotSense sense) {
        return reply.isTooBusy() || sense.isBecomingReady();
    }

    private void await(Deadline end) throws IOException {
        if (end.passed()) {
            throw broken("it did not get ready within " + patience.toSeconds() + " s");
        }
        try {
            end.await(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("interrupted while waiting for the robot of " + library).initCause(e);
        }
    }

    private ScsiReply requireGood(ScsiReply reply) throws LibraryException {
        if (!reply.isGood()) {
            throw complaint(reply);
        }
        return reply;
    }

    private LibraryException complaint(ScsiReply reply) {
        RobotSense sense = RobotSense.of(reply);
        if (sense.needsAHand()) {
            return new LibraryException(
                    LibraryFault.DOOR_OPEN,
                    "the robot of library " + library + " is not ready (" + sense + ")",
                    "Close its door, and look at its panel.");
        }
        return broken(
                reply.status() == ScsiReply.CHECK_CONDITION
                        ? "it answered " + sense
                        : "it answered with status " + Integer.toHexString(reply.status()));
    }

    LibraryException reserved() {
        return new LibraryException(
                LibraryFault.IN_USE,
                "the robot of library " + library + " is reserved by another host (RESERVATION CONFLICT)",
                "Wait until it is given back. When that host is dead, unresdev mte1 --force takes the reservation away.");
    }

    private LibraryException broken(String how) {
        return new LibraryException(
                LibraryFault.ROBOT_ERROR,
                "the robot of library " + library + " is out of order: " + how,
                "Look at its panel, then read the inventory physically (--force).");
    }

    private static byte[] delivered(ByteBuffer answer, ScsiReply reply) {
        byte[] bytes = new byte[Math.max(0, Math.min(answer.remaining(), reply.transferredBytes()))];
        answer.duplicate().get(bytes);
        return bytes;
    }
}
