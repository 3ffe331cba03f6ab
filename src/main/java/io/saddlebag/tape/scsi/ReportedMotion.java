package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ReportedPosition;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeCommands.Space;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A drive that says where it stands. What is counted here is only compared with that. */
final class ReportedMotion implements Motion {
    private static final int LONGEST_STEP = 0x7f_ffff;

    private final String drive;
    private final Conversation conversation;
    private boolean hasLongForm = true;
    private boolean canLocate = true;
    private long expected;

    ReportedMotion(String drive, Conversation conversation) {
        this.drive = drive;
        this.conversation = conversation;
    }

    @Override
    public TapePosition position() throws IOException {
        boolean counted = !conversation.isPositionLost();
        ReportedPosition reported = ask();
        if (!reported.known()) {
            conversation.positionLost();
            conversation.requirePosition();
        }
        if (counted && reported.block() != expected) {
            conversation.positionLost();
            throw contradiction(reported.block());
        }
        conversation.positionKnown();
        expected = reported.block();
        return new TapePosition(new BlockAddress(reported.block()), reported.pastEarlyWarning());
    }

    /** What was counted doesn't count after this: the caller decides again where to begin. */
    private TapeException contradiction(long block) {
        return new TapeException(
                TapeFault.POSITION_LOST,
                "drive " + drive + " says that it stands at block " + block + ", where " + expected
                        + " blocks and filemarks were passed",
                "Repeat the job; when it happens again, give the drive quirks: [countPositions] in config/devices.yaml.");
    }

    void cannotLocate() {
        canLocate = false;
    }

    /** It has said so, and is believed from here on. */
    void standsAt(BlockAddress known) {
        expected = known.value();
    }

    ReportedPosition ask() throws IOException {
        if (hasLongForm) {
            ByteBuffer answer = ByteBuffer.allocate(ReportedPosition.LONG_BYTES);
            ScsiCommand command = TapeCommands.readPositionLong(answer);
            ScsiReply reply = conversation.send(command);
            SenseData sense = SenseData.of(reply);
            if (Conversation.succeeded(reply, sense)) {
                return ReportedPosition.parseLong(answer.array());
            }
            if (sense.key() != SenseData.ILLEGAL_REQUEST) {
                throw conversation.failure(command, reply, sense);
            }
            hasLongForm = false;
        }
        ByteBuffer answer = ByteBuffer.allocate(ReportedPosition.SHORT_BYTES);
        conversation.carryOut(TapeCommands.readPosition(answer));
        return ReportedPosition.parseShort(answer.array());
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        if (canLocate) {
            move(TapeCommands.locate(at.value()), at.toString());
        } else {
            spaceTo(at);
        }
        BlockAddress reached = position().next();
        if (!reached.equals(at)) {
            throw TapeFailures.positionRefused(drive, at.toString(), reached);
        }
    }

    private void spaceTo(BlockAddress at) throws IOException {
        conversation.carryOut(TapeCommands.rewind());
        rewound();
        while (expected < at.value()) {
            long before = expected;
            int step = (int) Math.min(LONGEST_STEP, at.value() - before);
            ScsiCommand command = TapeCommands.space(Space.BLOCKS, step);
            ScsiReply reply = conversation.send(command);
            SenseData sense = SenseData.of(reply);
            conversation.positionLost();
            boolean atMark = !sense.deferred() && sense.isNoError() && sense.filemark();
            boolean atEnd = !sense.deferred() && sense.key() == SenseData.BLANK_CHECK;
            if (!Conversation.succeeded(reply, sense) && !atMark && !atEnd) {
                throw conversation.failure(command, reply, sense);
            }
            BlockAddress reached = position().next();
            if (atEnd || reached.value() <= before) {
                throw TapeFailures.positionRefused(drive, at.toString(), reached);
            }
        }
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        String where = (count < 0 ? "before " : "behind ") + Math.abs((long) count) + " more filemarks";
        move(TapeCommands.space(Space.FILEMARKS, count), where);
        position();
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        move(TapeCommands.space(Space.END_OF_DATA, 0), "the end of data");
        position();
    }

    /** A move that ends early is no failure of the drive: there is nothing behind. */
    private void move(ScsiCommand command, String where) throws IOException {
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (Conversation.succeeded(reply, sense)) {
            conversation.positionLost();
            return;
        }
        boolean metAnEnd = !sense.deferred()
                && reply.status() == ScsiReply.CHECK_CONDITION
                && (sense.key() == SenseData.BLANK_CHECK
                        || (sense.isNoError() && (sense.endOfMedium() || sense.filemark())));
        if (!metAnEnd) {
            throw conversation.failure(command, reply, sense);
        }
        conversation.positionLost();
        throw TapeFailures.positionRefused(drive, where, position().next());
    }

    @Override
    public @Nullable BlockAddress expected() {
        return conversation.isPositionLost() ? null : new BlockAddress(expected);
    }

    @Override
    public void rewound() {
        expected = 0;
        conversation.positionKnown();
    }

    @Override
    public void passed(int objects) {
        expected += objects;
    }
}
