package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ReportedPosition;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeCommands.Space;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Believes a drive only when it has said once where it stands behind something, and that was right: some targets answer READ
 * POSITION with block 0 whatever they did. Until then objects are counted from the beginning of the tape on.
 */
final class ChosenMotion implements Motion {
    private static final int END_OF_DATA_DETECTED = 0x05;

    private final String drive;
    private final Conversation conversation;
    private final ReportedMotion reported;
    private final CountedMotion counted;
    private Motion current;
    private boolean judged;
    private boolean hasLocate;

    /** @param positions {@link DriveOptions.Positions#COUNTED} for a drive that is never asked */
    ChosenMotion(String drive, Conversation conversation, DriveOptions.Positions positions) {
        this.drive = drive;
        this.conversation = conversation;
        this.reported = new ReportedMotion(drive, conversation);
        this.counted = new CountedMotion(drive, conversation);
        this.current = counted;
        this.judged = positions == DriveOptions.Positions.COUNTED;
    }

    /**
     * Asks a drive that stands at the beginning whether it can go to a block, and whether it notices that it has passed
     * the first object. It stands at the beginning again then.
     *
     * @throws TapeException {@link TapeFault#POSITION_LOST} when it goes where it is told to and can't say where that is
     */
    void prove() throws IOException {
        if (judged) {
            return;
        }
        askForLocate();
        if (passFirst()) {
            counted.passed(1);
            settle();
        }
        conversation.carryOut(TapeCommands.rewind());
        rewound();
    }

    private void askForLocate() throws IOException {
        ScsiCommand command = TapeCommands.locate(0);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (Conversation.succeeded(reply, sense)) {
            hasLocate = true;
            return;
        }
        if (sense.key() != SenseData.ILLEGAL_REQUEST) {
            throw conversation.failure(command, reply, sense);
        }
        reported.cannotLocate();
    }

    /** @return false when there is nothing on the tape, or nothing that can be read */
    private boolean passFirst() throws IOException {
        ScsiCommand command = TapeCommands.space(Space.BLOCKS, 1);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        boolean atEnd = sense.key() == SenseData.BLANK_CHECK
                || (sense.key() == SenseData.NO_SENSE && sense.asc() == 0 && sense.ascq() == END_OF_DATA_DETECTED);
        boolean unreadable = sense.key() == SenseData.MEDIUM_ERROR;
        if (!sense.deferred() && reply.status() == ScsiReply.CHECK_CONDITION && (atEnd || unreadable)) {
            return false;
        }
        boolean atMark = !sense.deferred() && sense.key() == SenseData.NO_SENSE && sense.filemark();
        if (!Conversation.succeeded(reply, sense) && !atMark) {
            throw conversation.failure(command, reply, sense);
        }
        return true;
    }

    /**
     * Proves a drive that couldn't be proven when it was loaded, as soon as anything was passed; no effect afterwards.
     *
     * @throws TapeException {@link TapeFault#POSITION_LOST} as {@link #prove}
     */
    void settle() throws IOException {
        BlockAddress known = judged ? null : counted.expected();
        if (known == null || known.value() == 0) {
            return;
        }
        ReportedPosition said = reported.ask();
        if (said.known() && said.block() == known.value()) {
            reported.standsAt(known);
            current = reported;
            judged = true;
        } else if (hasLocate) {
            conversation.positionLost();
            throw doesNotTell(said, known);
        } else {
            judged = true;
        }
    }

    private TapeException doesNotTell(ReportedPosition said, BlockAddress known) {
        return new TapeException(
                TapeFault.POSITION_LOST,
                "drive " + drive + " says that it stands at "
                        + (said.known() ? "block " + said.block() : "no block that it knows") + ", where "
                        + known.value()
                        + " blocks and filemarks were passed",
                "Update the drive's firmware, or give it quirks: [countPositions] in config/devices.yaml: positions are"
                        + " counted then, which is slow.");
    }

    /** False also of a drive that was never asked. */
    boolean canLocate() {
        return hasLocate && (!judged || current == reported);
    }

    private Motion settled() throws IOException {
        settle();
        return current;
    }

    @Override
    public TapePosition position() throws IOException {
        return settled().position();
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        settled().locate(at);
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        settled().spaceFilemarks(count);
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        settled().spaceToEndOfData();
    }

    @Override
    public @Nullable BlockAddress expected() {
        return current.expected();
    }

    @Override
    public void rewound() {
        current.rewound();
    }

    @Override
    public void passed(int objects) {
        current.passed(objects);
    }
}
