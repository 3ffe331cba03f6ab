package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.DensityReport;
import io.saddlebag.scsi.Inquiry;
import io.saddlebag.scsi.PrimaryCommands;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a drive says of itself, with or without a medium.
 *
 * @param limits null when a host that has reserved the drive keeps it from saying
 * @param longestLoad two hours for drives that measure a new cartridge first, and for those of which it isn't known
 */
record DriveIdentity(@Nullable BlockLimits limits, Duration longestLoad) {
    /** The first LTO generation that measures a cartridge when it is loaded for the first time. */
    private static final int FIRST_THAT_MEASURES = 9;

    /** ULT3580-TD9, ULTRIUM-HH9, Ultrium 9-SCSI, LTO-9. */
    private static final Pattern LTO =
            Pattern.compile("(?:ULTRIUM|ULT3580|LTO)[- ]?(?:TD|HH|FH)?(\\d{1,2})\\b.*", Pattern.CASE_INSENSITIVE);

    /** @throws TapeException {@link TapeFault#DRIVE_ERROR} when it is no tape drive */
    static DriveIdentity ask(String drive, Conversation conversation, int longestTransferBytes) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(Inquiry.BYTES);
        conversation.carryOut(PrimaryCommands.inquiry(answer));
        Inquiry inquiry = Inquiry.parse(answer.array());
        if (inquiry.deviceType() != Inquiry.TAPE) {
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "device " + drive + " (" + inquiry.vendor() + " " + inquiry.product()
                            + ") is no tape drive but of type " + inquiry.deviceType(),
                    "Name the drive's own device; discoverdev lists what is attached.");
        }
        return new DriveIdentity(limits(conversation, longestTransferBytes), longestLoad(inquiry, conversation));
    }

    /** Null when another host has reserved the drive: its opening must not depend on that. */
    static @Nullable BlockLimits limits(Conversation conversation, int longestTransferBytes) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(6);
        ScsiCommand command = TapeCommands.readBlockLimits(answer);
        ScsiReply reply = conversation.send(command);
        if (reply.status() == ScsiReply.RESERVATION_CONFLICT) {
            return null;
        }
        SenseData sense = SenseData.of(reply);
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        int most = Math.min(TapeCommands.LONGEST_BLOCK, longestTransferBytes);
        int longest = answer.getInt(0) & TapeCommands.LONGEST_BLOCK;
        int shortest = Math.max(1, answer.getShort(4) & 0xffff);
        return new BlockLimits(shortest, longest == 0 ? most : Math.max(shortest, Math.min(most, longest)));
    }

    private static Duration longestLoad(Inquiry inquiry, Conversation conversation) throws IOException {
        Matcher lto = LTO.matcher(inquiry.product());
        if (lto.matches()) {
            return Integer.parseInt(lto.group(1)) >= FIRST_THAT_MEASURES ? TapeCommands.FIRST_LOAD : TapeCommands.LOAD;
        }
        ByteBuffer answer = ByteBuffer.allocate(DensityReport.BYTES);
        ScsiCommand command = TapeCommands.reportDensities(answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.deferred()) {
            throw conversation.failure(command, reply, sense);
        }
        if (!Conversation.succeeded(reply, sense)) {
            return TapeCommands.FIRST_LOAD;
        }
        DensityReport report = DensityReport.parse(
                Arrays.copyOf(answer.array(), reply.isGood() ? reply.transferredBytes() : DensityReport.BYTES));
        boolean older = !report.writable().isEmpty()
                && report.writable().stream().allMatch(code -> code < TapeDensity.LTO9.code());
        return older ? TapeCommands.LOAD : TapeCommands.FIRST_LOAD;
    }
}
