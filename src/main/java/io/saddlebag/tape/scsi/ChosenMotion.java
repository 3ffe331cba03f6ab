package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapePosition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Believes a drive that has LOCATE. Of one without it, objects are counted until it has said once where it stands and that
 * was right: some targets answer READ POSITION with block 0 whatever they did.
 */
final class ChosenMotion implements Motion {
    private final Conversation conversation;
    private final ReportedMotion reported;
    private final CountedMotion counted;
    private Motion current;
    private boolean judged;

    ChosenMotion(Conversation conversation, ReportedMotion reported, CountedMotion counted) {
        this.conversation = conversation;
        this.reported = reported;
        this.counted = counted;
        this.current = counted;
    }

    /** Asks a drive that stands at the beginning whether it can go to a block. */
    void probe() throws IOException {
        ScsiCommand command = TapeCommands.locate(0);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (Conversation.succeeded(reply, sense)) {
            reported.rewound();
            current = reported;
            judged = true;
        } else if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            reported.cannotLocate();
        } else {
            throw conversation.failure(command, reply, sense);
        }
    }

    boolean canLocate() {
        return current == reported && reported.canLocate();
    }

    private Motion settled() throws IOException {
        BlockAddress known = counted.expected();
        if (!judged && known != null && known.value() > 0) {
            judged = true;
            if (reported.agreesTo(known)) {
                current = reported;
            }
        }
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
