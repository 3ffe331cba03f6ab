package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads blocks of unknown length. How long one is, sense data says; counts of the transport only where that is silent. */
final class BlockReader {
    private final String drive;
    private final Conversation conversation;
    private final Motion motion;
    private final BlockProtection protection;
    private final boolean longReads;
    private final int longestBytes;
    private @Nullable ByteBuffer scratch;

    BlockReader(
            String drive,
            Conversation conversation,
            Motion motion,
            BlockProtection protection,
            boolean longReads,
            int longestBytes) {
        this.protection = protection;
        this.drive = drive;
        this.conversation = conversation;
        this.motion = motion;
        this.longReads = longReads;
        this.longestBytes = Math.min(TapeCommands.LONGEST_BLOCK, longestBytes);
    }

    ReadOutcome read(ByteBuffer into) throws IOException {
        int room = into.remaining();
        int sumBytes = protection.bytes();
        int wanted = wanted(room + sumBytes);
        boolean straight = into.isDirect() && wanted == room;
        ByteBuffer target = straight ? into.slice() : scratch(wanted);
        int asked = target.remaining();
        ScsiCommand command = TapeCommands.read(target);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        int length;
        if (Conversation.succeeded(reply, sense)) {
            length = asked;
            if (reply.transferredBytes() != asked) {
                conversation.positionLost();
                throw unclear("said nothing of a block's length and delivered " + reply.transferredBytes() + " of "
                        + asked + " bytes");
            }
        } else if (reply.status() != ScsiReply.CHECK_CONDITION || sense.deferred()) {
            throw conversation.failure(command, reply, sense);
        } else if (sense.key() == SenseData.BLANK_CHECK) {
            return ReadOutcome.END_OF_DATA;
        } else if (sense.key() != SenseData.NO_SENSE && sense.key() != SenseData.RECOVERED_ERROR) {
            throw failedBefore(command, reply, sense);
        } else if (sense.filemark()) {
            motion.passed(1);
            return ReadOutcome.FILEMARK;
        } else {
            length = lengthOf(reply, sense, asked);
        }
        motion.passed(1);
        if (sumBytes != 0) {
            if (length > asked && length - sumBytes <= room) {
                return againWithoutSum(into);
            }
            if (length <= asked) {
                requireFits(target.limit(length));
            }
            length -= sumBytes;
        }
        if (length > room) {
            throw tooLong(length, room);
        }
        if (straight) {
            into.position(into.position() + length);
        } else {
            into.put(target.limit(length));
        }
        return ReadOutcome.block(length);
    }

    /** A block with which the way to the drive is full has no room for a sum: it was written without, or another way. */
    private ReadOutcome againWithoutSum(ByteBuffer into) throws IOException {
        motion.locate(justPassed());
        protection.leaveOut();
        return read(into);
    }

    /** The tape goes back before a block that did not arrive as it was sent, so that it isn't overlooked. */
    private void requireFits(ByteBuffer arrived) throws IOException {
        if (protection.sums().fits(arrived) && arrived.remaining() > protection.bytes()) {
            return;
        }
        BlockAddress at = justPassed();
        TapeException failure = new TapeException(
                TapeFault.DAMAGED_ON_THE_WAY,
                "what arrived from drive " + drive + " as " + at + ", " + arrived.remaining()
                        + " bytes, does not fit the sum behind it (logical block protection)",
                "Look at cables, adapters and memory between drive and host. Then repeat the job.");
        try {
            motion.locate(at);
        } catch (IOException e) {
            conversation.positionLost();
            failure.addSuppressed(e);
        }
        throw failure;
    }

    private BlockAddress justPassed() {
        BlockAddress behind = motion.expected();
        return new BlockAddress(behind == null ? 0 : Math.max(0, behind.value() - 1));
    }

    private int wanted(int room) {
        // a transfer length of 0 moves nothing, and is answered as if it had (SSC-3, 6.5)
        return (int) Math.max(1, Math.min(longestBytes, (longReads ? 2L : 1L) * room));
    }

    private ByteBuffer scratch(int bytes) {
        ByteBuffer own = scratch;
        if (own == null || own.capacity() < bytes) {
            own = ByteBuffer.allocateDirect(bytes);
            scratch = own;
        }
        return own.clear().limit(bytes);
    }

    private int lengthOf(ScsiReply reply, SenseData sense, int asked) throws TapeException {
        if (!sense.incorrectLength()) {
            // past early warning: the block itself is as long as asked for
            if (sense.endOfMedium() && reply.transferredBytes() == asked) {
                return asked;
            }
            conversation.positionLost();
            throw unclear("did not say what it met, but sense data " + sense);
        }
        if (sense.information().isPresent()) {
            long length = (long) asked - sense.information().getAsInt();
            if (length < 1 || length > TapeCommands.LONGEST_BLOCK) {
                conversation.positionLost();
                throw unclear("says that a block is " + length + " bytes long");
            }
            return (int) length;
        }
        if (reply.transferredBytes() < 1 || reply.transferredBytes() >= asked) {
            conversation.positionLost();
            throw unclear("did not say how long a block is");
        }
        return reply.transferredBytes();
    }

    /** Some drives stand behind a block that they could not read: they are brought back, so that it isn't overlooked. */
    private TapeException failedBefore(ScsiCommand command, ScsiReply reply, SenseData sense) throws IOException {
        BlockAddress before = motion.expected();
        TapeException failure = conversation.failure(command, reply, sense);
        if (before != null && isOfTheBlock(failure)) {
            try {
                motion.locate(before);
            } catch (IOException e) {
                conversation.positionLost();
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    private static boolean isOfTheBlock(TapeException failure) {
        return failure.is(TapeFault.MEDIUM_ERROR) || failure.is(TapeFault.DAMAGED_ON_THE_WAY);
    }

    private TapeException tooLong(int length, int room) {
        return TapeFailures.blockTooLong(drive, justPassed(), length, room);
    }

    private TapeException unclear(String what) {
        return new TapeException(
                TapeFault.DRIVE_ERROR,
                "drive " + drive + " " + what,
                "Repeat the job; when it happens again, update the drive's firmware.");
    }
}
