package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ReportedPosition;
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
import org.jspecify.annotations.Nullable;

/** A drive that says where it stands. What is counted here is only compared with that. */
final class ReportedMotion implements Motion {
    private final String drive;
    private final Conversation conversation;
    private boolean hasLongForm = true;
    private long expected;

    ReportedMotion(String drive, Conversation conversation) {
        this.drive = drive;
        this.conversation = conversation;
    }

    @Override
    public TapePosition position() throws IOException {
        ReportedPosition reported = ask();
        if (!reported.known()) {
            conversation.positionLost();
            conversation.requirePosition();
        }
        conversation.positionKnown();
        expected = reported.block();
        return new TapePosition(new BlockAddress(reported.block()), reported.pastEarlyWarning());
    }

    private ReportedPosition ask() throws IOException {
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
        move(TapeCommands.locate(at.value()), at.toString());
        BlockAddress reached = position().next();
        if (!reached.equals(at)) {
            throw TapeFailures.positionRefused(drive, at.toString(), reached);
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
            return;
        }
        boolean metAnEnd = !sense.deferred()
                && reply.status() == ScsiReply.CHECK_CONDITION
                && (sense.key() == SenseData.BLANK_CHECK
                        || (sense.key() == SenseData.NO_SENSE && (sense.endOfMedium() || sense.filemark())));
        if (!metAnEnd) {
            throw conversation.failure(command, reply, sense);
        }
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
