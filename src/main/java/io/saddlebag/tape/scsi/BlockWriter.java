package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes blocks and filemarks, and remembers what of it is in the drive's buffer only, and where it warned of the end. */
final class BlockWriter {
    private final String drive;
    private final Conversation conversation;
    private final ChosenMotion motion;
    private final BlockProtection protection;
    private final int longestTransferBytes;
    private ByteBuffer withSum = ByteBuffer.allocateDirect(0);
    /** Blocks were taken that no filemark has brought to the tape yet. */
    private boolean buffered;

    private long warnedAt = Long.MAX_VALUE;

    BlockWriter(
            String drive,
            Conversation conversation,
            ChosenMotion motion,
            BlockProtection protection,
            int longestTransferBytes) {
        this.protection = protection;
        this.longestTransferBytes = longestTransferBytes;
        this.drive = drive;
        this.conversation = conversation;
        this.motion = motion;
    }

    /** Another medium, or the same one from its beginning on. */
    void begin() {
        warnedAt = Long.MAX_VALUE;
    }

    /** As reported, or past early warning because the drive said so before: some say it only once. */
    TapePosition warned(TapePosition position) {
        boolean warned = position.pastEarlyWarning() || position.next().value() >= warnedAt;
        return new TapePosition(position.next(), warned);
    }

    /** Leaves the buffer's position where it is. */
    WriteOutcome write(ByteBuffer block) throws IOException {
        if (block.remaining() > longestTransferBytes - protection.bytes()) {
            protection.leaveOut();
        }
        ByteBuffer sent = protection.bytes() == 0 ? block : withSum(block);
        return written(TapeCommands.write(sent), 1, sent.remaining());
    }

    private ByteBuffer withSum(ByteBuffer block) {
        int bytes = block.remaining() + protection.bytes();
        if (withSum.capacity() < bytes) {
            withSum = ByteBuffer.allocateDirect(bytes);
        }
        withSum.clear().put(block.duplicate());
        protection.sums().append(withSum);
        return withSum.flip();
    }

    WriteOutcome writeFilemarks(int count) throws IOException {
        WriteOutcome outcome = written(TapeCommands.writeFilemarks(count), count, count);
        motion.settle();
        return outcome;
    }

    boolean isBuffered() {
        return buffered;
    }

    /** Whoever comes next did not write it. @return whether nothing was left to bring to the tape */
    boolean endUse() {
        boolean clean = !buffered;
        buffered = false;
        return clean;
    }

    /** Before the medium is given away. */
    void flush() throws IOException {
        if (buffered) {
            conversation.carryOut(TapeCommands.writeFilemarks(0));
            buffered = false;
        }
    }

    /** @throws TapeException once, when the medium went before all that was written had reached it */
    void requireNothingBuffered() throws TapeException {
        if (buffered) {
            buffered = false;
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "the cartridge left drive " + drive + " before all that was written had reached it",
                    "What was written since the last filemark may be missing. Repeat the job.");
        }
    }

    /** Early warning is said with the command that met it, which is carried out (SSC-3, 4.2.7). */
    private WriteOutcome written(ScsiCommand command, int objects, int residueOfAll) throws IOException {
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        boolean warned = reply.status() == ScsiReply.CHECK_CONDITION
                && sense.endOfMedium()
                && !sense.deferred()
                && (sense.key() == SenseData.NO_SENSE || sense.key() == SenseData.RECOVERED_ERROR);
        if (warned && sense.information().orElse(0) != 0) {
            conversation.positionLost();
            throw endOfMedium();
        }
        if (!warned && !Conversation.succeeded(reply, sense)) {
            throw failure(command, reply, sense, residueOfAll);
        }
        buffered = command.direction() == ScsiCommand.Direction.OUT;
        motion.passed(objects);
        if (warned) {
            warnedAt = Math.min(warnedAt, motion.position().next().value());
        }
        return warned ? WriteOutcome.WRITTEN_PAST_EARLY_WARNING : WriteOutcome.WRITTEN;
    }

    private TapeException failure(ScsiCommand command, ScsiReply reply, SenseData sense, int residueOfAll) {
        if (sense.key() != SenseData.VOLUME_OVERFLOW || sense.deferred()) {
            return conversation.failure(command, reply, sense);
        }
        boolean nothingWritten = sense.information().orElse(-1) == residueOfAll;
        if (!nothingWritten) {
            conversation.positionLost();
        }
        return endOfMedium();
    }

    private TapeException endOfMedium() {
        return new TapeException(
                TapeFault.END_OF_MEDIUM,
                "the cartridge in drive " + drive + " has no room left",
                "Load another cartridge; the volume should have been ended at early warning.");
    }
}
