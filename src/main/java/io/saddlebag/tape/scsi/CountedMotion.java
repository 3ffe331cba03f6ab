package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeCommands.Space;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapePosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A drive that can't say where it stands: objects are counted from the beginning of the tape on. */
final class CountedMotion implements Motion {
    /** A read that is too short for a block passes over it all the same; more than the sum that may be behind it. */
    private static final int GLANCE_BYTES = 8;

    private final String drive;
    private final Conversation conversation;
    private final ByteBuffer glance = ByteBuffer.allocateDirect(GLANCE_BYTES);
    private long counted;

    CountedMotion(String drive, Conversation conversation) {
        this.drive = drive;
        this.conversation = conversation;
    }

    /** What stands at a position. */
    private enum Met {
        BLOCK,
        FILEMARK,
        END_OF_DATA
    }

    @Override
    public TapePosition position() throws IOException {
        conversation.requirePosition();
        return new TapePosition(new BlockAddress(counted), false);
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        if (conversation.isPositionLost() || at.value() < counted) {
            conversation.carryOut(TapeCommands.rewind());
            rewound();
        }
        while (counted < at.value()) {
            if (step() == Met.END_OF_DATA) {
                throw TapeFailures.positionRefused(drive, at.toString(), new BlockAddress(counted));
            }
        }
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        conversation.requirePosition();
        if (count < 0) {
            backOverFilemarks(-count);
            return;
        }
        for (int left = count; left > 0; ) {
            Met met = step();
            if (met == Met.END_OF_DATA) {
                throw TapeFailures.positionRefused(
                        drive, "behind " + left + " more filemarks", new BlockAddress(counted));
            }
            left -= met == Met.FILEMARK ? 1 : 0;
        }
    }

    private void backOverFilemarks(int count) throws IOException {
        long end = counted;
        Deque<Long> last = new ArrayDeque<>();
        locate(BlockAddress.BEGINNING);
        while (counted < end) {
            long at = counted;
            if (step() == Met.FILEMARK) {
                last.addLast(at);
                if (last.size() > count) {
                    last.removeFirst();
                }
            }
        }
        boolean enough = last.size() == count;
        locate(new BlockAddress(enough ? last.getFirst() : 0));
        if (!enough) {
            throw TapeFailures.positionRefused(
                    drive, "before " + (count - last.size()) + " more filemarks", new BlockAddress(counted));
        }
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        conversation.requirePosition();
        Met met = step();
        while (met != Met.END_OF_DATA) {
            met = step();
        }
        // the glance may have left a drive behind what it found
        conversation.carryOut(TapeCommands.space(Space.END_OF_DATA, 0));
    }

    private Met step() throws IOException {
        glance.clear();
        ScsiCommand command = TapeCommands.read(glance);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.BLANK_CHECK && !sense.deferred()) {
            return Met.END_OF_DATA;
        }
        boolean fine =
                !sense.deferred() && (sense.key() == SenseData.NO_SENSE || sense.key() == SenseData.RECOVERED_ERROR);
        boolean met = reply.status() == ScsiReply.CHECK_CONDITION
                && fine
                && (sense.filemark() || sense.incorrectLength() || sense.endOfMedium());
        if (!Conversation.succeeded(reply, sense) && !met) {
            throw conversation.failure(command, reply, sense);
        }
        counted++;
        return sense.filemark() ? Met.FILEMARK : Met.BLOCK;
    }

    @Override
    public @Nullable BlockAddress expected() {
        return conversation.isPositionLost() ? null : new BlockAddress(counted);
    }

    @Override
    public void rewound() {
        counted = 0;
        conversation.positionKnown();
    }

    @Override
    public void passed(int objects) {
        counted += objects;
    }
}
